"""What stores find."""

from pathlib import Path
from typing import NamedTuple

from git_ticketer.lean.clock import to_text


class Found(NamedTuple):
    """A transcript: whose, where, of which session, and when it was last written to.

    `modified` is in seconds since 1970; `chat` is which of many in that file, empty for one.
    """

    agent: str
    path: Path
    session: str
    modified: float
    chat: str = ""

    @property
    def text(self) -> str:
        """It in one line, with the time of its last change to the minute."""
        chat = f"  {self.chat}" if self.chat else ""
        return f"{to_text(int(self.modified))[:16]}Z  {self.agent}  {self.path}{chat}"
