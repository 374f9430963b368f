"""An Agent Skill in the repository, and a block about it in AGENTS.md, for agents of any make.

The skill lies in `.agents/skills/`, which several agents read, with a link to it from
`.claude/skills/` (agentskills.io specification, August 2026; Claude Code's docs, "Skills").
"""

import os
import re
from pathlib import Path

from git_ticketer.errors import TicketerError
from git_ticketer.install import filechange
from git_ticketer.install.filechange import FileChange
from git_ticketer.storage.inside import inside

SKILL = ".agents/skills/git-ticket/SKILL.md"
LINK = ".claude/skills/git-ticket"
TARGET = b"../../.agents/skills/git-ticket"
MARK = b"source: git-ticketer\n"
AGENTS = "AGENTS.md"
BEGIN, END = b"<!-- git-ticket begin -->", b"<!-- git-ticket end -->"
BLOCK = re.compile(b"^" + BEGIN + b"\r?$.*?^" + END + b"(?:\r?\n|$)", re.DOTALL | re.MULTILINE)


class NotOurs(TicketerError):
    """A skill of our name that somebody else wrote; `path` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is another skill of that name", hint=f"git log -- {path}")
        self.path = path


class BrokenBlock(TicketerError):
    """A file in which the marks of our block do not stand once, begin before end; see `path`."""

    def __init__(self, path: str) -> None:
        marks = f"{BEGIN.decode()} and {END.decode()}"
        super().__init__(f"{path}: not one pair of {marks}", hint=f"git diff {path}")
        self.path = path


class NotText(TicketerError):
    """A file that is no UTF-8 text, in which nothing can be written; `path` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not UTF-8", hint=f"file {path}")
        self.path = path


def plan(top: str) -> list[FileChange]:
    """What installs the skill and the block in the worktree at `top`; nothing where all is there.

    Raises: LeadsOutside, NotAFile, NotOurs, BrokenBlock, NotText, OSError.
    """
    path, before = _agents_file(top)
    changes = [
        FileChange(SKILL, _skill(top, SKILL), text("SKILL.md")),
        *_link(top),
        FileChange(path, before, with_block(before, text("agents-block.md"), path)),
    ]
    return [change for change in changes if change.before != change.after]


def plan_removal(top: str) -> list[FileChange]:
    """What takes both away again; every other byte of AGENTS.md stays.

    Raises: what `plan` raises.
    """
    path, before = _agents_file(top)
    changes = [
        *_unlink(top),
        FileChange(SKILL, _skill(top, SKILL), None),
        FileChange(path, before, without_block(before, path)),
    ]
    return [change for change in changes if change.before != change.after]


def text(name: str) -> bytes:
    """A text of this package, such as SKILL.md."""
    return Path(__file__).with_name("texts").joinpath(name).read_bytes()


def with_block(old: bytes | None, content: bytes, path: str = AGENTS) -> bytes:
    """A file's bytes with our block: in the place of an older one, else at the end.

    One line end stands before a block that was added, so that it can be taken away exactly.
    Raises: BrokenBlock, NotText.
    """
    found = _block(old or b"", path)
    newline = _newline(found[0] if found else old or b"")
    block = newline.join((BEGIN, *content.splitlines(), END, b""))
    if old is None:
        return block
    if found is None:
        return old + newline + block
    if not found[0].endswith(b"\n"):
        block = block.removesuffix(newline)
    return old[: found.start()] + block + old[found.end() :]


def without_block(old: bytes | None, path: str = AGENTS) -> bytes | None:
    """A file's bytes without our block, None for no file: that of a block alone goes.

    Raises: BrokenBlock, NotText.
    """
    found = _block(old or b"", path)
    if old is None or found is None:
        return old
    start = found.start()
    if start == 0 and found.end() == len(old):
        return None
    return old[:start].removesuffix(_newline(found[0])) + old[found.end() :]


def _newline(text: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in text else b"\n"


def _block(old: bytes, path: str) -> "re.Match[bytes] | None":
    try:
        old.decode("utf-8")
    except UnicodeDecodeError:
        raise NotText(path) from None
    found = BLOCK.search(old)
    marks = 1 if found else 0
    if old.count(BEGIN) != marks or old.count(END) != marks:
        raise BrokenBlock(path)
    return found


def _agents_file(top: str) -> tuple[str, bytes | None]:
    """The file for the block with its bytes: AGENTS.md, or the file beside it that it links to."""
    name, link = AGENTS, Path(top, AGENTS)
    if link.is_symlink():
        target = os.readlink(link)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*\.md", target):
            name = target
    return name, filechange.read(top, name)


def _skill(top: str, path: str) -> bytes | None:
    """The skill that is there; raises NotOurs."""
    found = filechange.read(top, path)
    if found is not None and MARK not in found.replace(b"\r\n", b"\n"):
        raise NotOurs(path)
    return found


def _link(top: str) -> list[FileChange]:
    """The link for Claude Code. What stands there already is kept, a copy is brought up to date."""
    if _same_folder(top):
        return []
    place = inside(top, str(Path(LINK).parent)) / Path(LINK).name
    if place.is_dir() and not place.is_symlink():
        copy = f"{LINK}/SKILL.md"
        return [FileChange(copy, _skill(top, copy), text("SKILL.md"))]
    return [] if os.path.lexists(place) else [FileChange(LINK, None, TARGET, link=True)]


def _unlink(top: str) -> list[FileChange]:
    """Take our link away, or what git or we made of it where there are no links."""
    if _same_folder(top):
        return []
    place = inside(top, str(Path(LINK).parent)) / Path(LINK).name
    if place.is_symlink():
        ours = os.fsencode(os.readlink(place)) == TARGET
        return [FileChange(LINK, TARGET, None, link=True)] if ours else []
    if place.is_dir():
        copy = f"{LINK}/SKILL.md"
        return [FileChange(copy, _skill(top, copy), None)]
    ours = filechange.read(top, LINK) == TARGET  # git checks a link out so (core.symlinks)
    return [FileChange(LINK, TARGET, None)] if ours else []


def _same_folder(top: str) -> bool:
    """Whether `.claude/skills` is `.agents/skills` already, by a link of the team's."""
    theirs, ours = (Path(top, path).parent for path in (LINK, str(Path(SKILL).parent)))
    return theirs.is_dir() and os.path.realpath(theirs) == os.path.realpath(ours)
