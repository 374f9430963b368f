"""`git ticket agent hook AGENT EVENT`: what agents run. Started without click, for speed.

It answers in the agent's own form and exits 0 whatever happens: an agent is never blocked by us.
What went wrong stands in the hook log. Payloads and prompts are never written down.
"""

import os
import select
import sys
from contextlib import suppress

from git_ticketer.lean import clock
from git_ticketer.ops import agent_events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 1 << 24
MILLISECONDS = 3000


def main(arguments: "list[str]", environ: "Mapping[str, str]") -> int:
    """Answer the hook `AGENT EVENT` on standard output; always 0."""
    agent, word = (*arguments, "", "")[:2]
    folder = _folder()
    try:
        said = agent_events.answer(agent, word, _read(0), environ, folder)
    except Exception as error:  # noqa: BLE001 - the boundary: an agent is not blocked by our bugs
        agent_events.log(agent, word, error, folder)
        said = agent_events.silence(agent, word)
    with suppress(OSError):  # nobody reads it
        _write(f"{said}\n".encode("utf-8", "replace") if said else b"")
    return 0


def _read(fd: int) -> bytes:
    """What comes on standard input, as far as it comes in time and is not too much."""
    data = bytearray()
    deadline = clock.milliseconds() + MILLISECONDS
    while len(data) <= LIMIT:
        left = max(deadline - clock.milliseconds(), 0) / 1000
        if sys.platform != "win32" and not select.select([fd], [], [], left)[0]:
            break
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            break
        data += chunk
    return bytes(data)


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "/"
