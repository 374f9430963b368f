"""Home folders in a text: they hold a person's name, and are `~` in what is kept."""

import re
from collections.abc import Sequence

START = r"(?:(?<=\\[nrt])|(?<=file://)|(?<=-[IL])|(?<![\w./\\~-]))"
"""Where a path may begin: also behind the escape of a line end, and as a compiler is told it."""

END = r"(?![\w-]|\.[\w-])"
STORE = r"(?:(?<=projects[/\\])|(?<=projects\\\\))"
"""Claude Code keeps chats in `projects/` in a folder named by the working folder, with a dash for
all that is no letter or digit."""

HOME = re.compile(
    r"(?:/mnt/[a-z])?/(?:home|Users)/[^/]+|/root(?=/|$)|[A-Za-z]:[\\/]Users[\\/][^\\/]+"
)
DRIVE = re.compile(r"([A-Za-z]):(?=[/\\])")
SEPARATORS = re.compile(r"[/\\]+")


class Homes:
    """Home folders, found as paths, as they stand in JSON, and in the names of agents' folders."""

    def __init__(self, folders: Sequence[str]) -> None:
        """`folders` are absolute paths; an empty one, `/`, a drive and others are ignored."""
        homes = {folder.rstrip("/\\") for folder in folders if _parts(folder)}
        longest_first = sorted(homes, key=lambda home: (-len(home), home))
        self._words = tuple({_word(home) for home in longest_first})
        self._pattern = re.compile("|".join(map(_pattern, longest_first)))

    def shortened(self, text: str) -> str:
        """The text with `~` for every home folder in it."""
        if any(word in text for word in self._words):
            return self._pattern.sub("~", text)
        return text


def home_of(path: str) -> str:
    """The home folder that a path lies in, on whatever machine; empty where it lies in none."""
    found = HOME.match(path)
    return found[0] if found else ""


def _parts(folder: str) -> list[str]:
    """The names in an absolute path, none in any other."""
    drive = DRIVE.match(folder)
    if drive or folder.startswith("/"):
        return [part for part in SEPARATORS.split(folder[drive.end() if drive else 0 :]) if part]
    return []


def _word(home: str) -> str:
    """What stands in every spelling of the folder."""
    last = _parts(home)[-1]
    words: list[str] = re.findall("[A-Za-z0-9]+", last)
    return max(words or [last], key=len)


def _pattern(home: str) -> str:
    names = [re.escape(part) for part in _parts(home)]
    store = re.escape(re.sub("[^A-Za-z0-9]", "-", home))
    if drive := DRIVE.match(home):
        letter = f"(?i:{drive[1]})"
        root = rf"(?:(?:(?<=\\[nrt])|(?<!\w)){letter}:|{START}(?:/mnt)?/{letter})"
        path = root + "".join(rf"(?:\\{{1,4}}|/){name}" for name in names)
    else:
        path = START + "".join(rf"\\?/{name}" for name in names)
    return f"{path}{END}|{STORE}{store}(?![A-Za-z0-9])"
