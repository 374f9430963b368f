"""Git's merge driver for tickets and sessions: `git-ticket merge-driver %O %A %B %L %P`.

What git expects is in gitattributes(5), "Defining a custom merge driver": the result stands in
%A, exit code 0 is clean, 1 to 128 a conflict. If a driver dies, %A is ours without markers
and the next commit drops theirs; so whatever happens, %A gets a merge or markers.
"""

from collections.abc import Mapping

from git_ticketer.lean.system import os, read_file, write_file

CLEAN, CONFLICT = 0, 1
USAGE, LOST = 2, 128
TICKETS = ".tickets/"
SESSIONS = "/sessions/"
MARKER = 7
NO_LIMIT = 1 << 31


class NotATicket(Exception):
    """A file that attributes have sent here, and that is none of ours."""


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Merge the files that git names, and return git's exit code.

    `arguments` are the base, ours, theirs, the length of the markers and the path in the tree.
    Files of no ticket, broken ones, and whatever goes wrong here are git's own text merge.
    """
    if len(arguments) != 5:
        return USAGE
    base, ours, theirs, length, path = arguments
    size = max(int(length), 3) if length.isdecimal() else MARKER
    try:
        return _fields(base, ours, theirs, size, path)
    except BaseException:  # noqa: BLE001 - OURS without markers would be taken for the merge
        return _text(base, ours, theirs, size, environ)


def _fields(base: str, ours: str, theirs: str, size: int, path: str) -> int:
    """The field-wise merge into `ours`; raises whatever stands in its way."""
    from git_ticketer.storage.yamlfile import MAX_BYTES

    if not path.startswith(TICKETS) or not path.endswith(".yaml"):
        raise NotATicket(path)
    texts = [read_file(name, MAX_BYTES + 1).decode() for name in (base, ours, theirs)]
    if SESSIONS in path:
        from git_ticketer.merge import archives

        write_file(ours, archives.merge(*texts).encode(), durable=False)
        return CLEAN
    from git_ticketer.merge import three_way  # a failure here has an answer too

    merged = three_way.merge(texts[0], texts[1], texts[2], size=size)
    write_file(ours, merged.text.encode(), durable=False)
    return CONFLICT if merged.conflicts else CLEAN


def _text(base: str, ours: str, theirs: str, size: int, environ: Mapping[str, str]) -> int:
    """Git's text merge into `ours`; where that fails too, both files between markers."""
    try:
        from git_ticketer.storage.gitcmd import Git  # costs a third of a merge

        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        command = ("merge-file", "-p", "-q", *labels, f"--marker-size={size}")
        done = Git(".", environ).attempt(*command, ours, base, theirs)
        if not 0 <= done.returncode < LOST:
            return _both(ours, theirs, size)
        write_file(ours, done.stdout, durable=False)
    except BaseException:  # noqa: BLE001 - see main
        return _both(ours, theirs, size)
    return CONFLICT if done.returncode else CLEAN


def _both(ours: str, theirs: str, size: int) -> int:
    """Both files whole between markers; if not even that can be written, `ours` goes.

    Git then stops the merge, instead of going on with half of it (git 2.39, ll-merge.c).
    """
    above, between, below = (mark * size for mark in (b"<", b"=", b">"))
    try:
        parts = [_lines(read_file(name, NO_LIMIT)) for name in (ours, theirs)]
        text = b"%b ours\n%b%b\n%b%b theirs\n" % (above, parts[0], between, parts[1], below)
        write_file(ours, text, durable=False)
    except BaseException:  # noqa: BLE001 - see main
        os.unlink(ours)
        return LOST
    return CONFLICT


def _lines(data: bytes) -> bytes:
    return data + b"\n" if data and not data.endswith(b"\n") else data
