"""The last step before anything is cut, hashed, logged or written: texts that may be kept.

What it raises goes on to the caller: a text is either redacted or not returned at all.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from git_ticketer.redact.homes import Homes, home_of
from git_ticketer.redact.rules import RULES, Rule
from git_ticketer.redact.scan import BLANK, MARKER, Scanner

BEYOND = 4096
"""So far behind a cut is looked for the end of what begins before it: no secret but a private key
holds white space that is longer."""

BEYOND_KEY = 32_768
"""The same in a private key: it may be 20,000 characters to its last line."""

IN_KEY = re.compile(r"(?=[a-z0-9+/]{0,80}[A-Z])[A-Za-z0-9+/]{40,}=*(?:\s|\\n|\Z)", re.ASCII)
"""A line as in a private key, of which the last line may tell."""

SETTLED = 3500
"""So many characters must come out behind a cut before what stands in front of it is final: more
where the end may stand in a private key, of which all comes out that only its end tells of."""

SURROGATE = re.compile("[\ud800-\udfff]")
ESCAPE = re.compile(r"\\ud[89a-f][0-9a-f]{2}")


class Redactor:
    r"""Takes secrets, home folders and lone surrogates out of texts, and counts what it took.

    `counts` are the markers that stand in all that was returned, by rule. `escaped` is in how many
    texts a lone surrogate became its visible escape: six characters, such as `\ud83d`.
    """

    def __init__(
        self,
        rules: Sequence[Rule] = RULES,
        home: Sequence[str] = (),
        exceptions: Collection[str] = (),
    ) -> None:
        """`rules` are the built-in ones and the team's; `exceptions` hold for the team's alone.

        `home` are the home folders: of this machine, and of the one that the texts come from.
        """
        self.counts: Counter[str] = Counter()
        self.escaped = 0
        self._scanner = Scanner(rules, exceptions)
        self._folders = [*home]
        self._homes = Homes(home)

    def add_home(self, cwd: str) -> None:
        """Make `~` of the home folder that `cwd` is in, from now on, where it can be told."""
        home = home_of(cwd)
        if home and home not in self._folders:
            self._folders.append(home)
            self._homes = Homes(self._folders)

    def whole(self, text: str) -> str:
        """The text without secrets, home folders as `~`, lone surrogates as visible escapes."""
        return self._counted(self._clean(text), text)

    def cut(self, text: str, limit: int) -> str:
        """The first `limit` characters of what `whole` gives; a marker that it meets stays whole.

        Only as much of the text is looked at as can have a part in that.
        """
        window = limit + BEYOND
        while window < len(text):
            part = _window(text, window)
            settled = SETTLED
            if _may_end_in_key(part):
                part = _window(text, window + BEYOND_KEY)
                settled = BEYOND_KEY if _may_end_in_key(part) else SETTLED
            clean = self._clean(part)
            if len(clean) >= limit + settled:
                return self._counted(_shortened(clean, limit), part)
            window *= 2
        return self._counted(_shortened(self._clean(text), limit), text)

    def _clean(self, text: str) -> str:
        clean = self._without_secrets(text)
        if not clean.isascii() and SURROGATE.search(clean):
            clean = self._without_secrets(SURROGATE.sub(_escape, clean))
        return clean

    def _without_secrets(self, text: str) -> str:
        text = self._homes.shortened(text)
        while True:
            clean = self._scanner.redacted(text)
            text = self._homes.shortened(clean)  # a path may have stood beside a secret
            if text == clean:
                return text

    def _counted(self, kept: str, source: str) -> str:
        if "[REDACTED:" in kept:
            names = self._scanner.names
            self.counts.update(name for name in MARKER.findall(kept) if name in names)
        if not source.isascii() and SURROGATE.search(source) and ESCAPE.search(kept):
            self.escaped += 1
        return kept


def _window(text: str, size: int) -> str:
    """The first `size` characters, and those up to the next white space: no token is cut."""
    blank = BLANK.search(text, size)
    return text[: blank.start()] if blank else text


def _may_end_in_key(part: str) -> bool:
    """Whether the end of a text may stand in a private key, which goes on behind it."""
    return "PRIVATE KEY" in part or bool(IN_KEY.search(part, len(part) - 300))


def _shortened(text: str, limit: int) -> str:
    """The first `limit` characters, and the rest of a marker that begins in them."""
    start = text.rfind("[REDACTED:", 0, limit + len("[REDACTED:") - 1) if limit > 0 else -1
    if 0 <= start < limit and (marker := MARKER.match(text, start)):
        limit = max(limit, marker.end())
    return text[:limit]


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
