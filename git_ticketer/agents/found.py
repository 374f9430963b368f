"""What stores find."""

from pathlib import Path
from typing import NamedTuple


class Found(NamedTuple):
    """A transcript: whose, where, of which session, and when it was last written to.

    `modified` is in seconds since 1970; `chat` is which of many in that file, empty for one.
    """

    agent: str
    path: Path
    session: str
    modified: float
    chat: str = ""
