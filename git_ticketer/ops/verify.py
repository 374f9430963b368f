"""Does every commit of a range name its ticket? For CI and for a pre-push hook.

A commit passes with a ticket in a trailer, a recorded opt-out, more than one parent, or as the
revert or cherry-pick of a commit that passes, wherever that is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import trailer
from git_ticketer.lean.settings import Settings
from git_ticketer.ops import difference
from git_ticketer.storage import commits_read, refs, team_config
from git_ticketer.storage.commits_read import Commit
from git_ticketer.storage.commits_text import REVERTS, Said, said
from git_ticketer.storage.gitcmd import Git, GitFailed
from git_ticketer.storage.tickets import FILE, FOLDER
from git_ticketer.storage.worktree import Worktree

TICKET, OPTED_OUT, MERGE, REVERT, PICK = "ticket", "opted-out", "merge", "revert", "cherry-pick"
UNTAGGED, SESSION, UNKNOWN = "untagged", "session", "unknown-ticket"
UPSTREAM = "@{upstream}"


class NoTrailerKey(TicketerError):
    """The team has turned the ticket's trailer off, so no commit can carry one."""

    def __init__(self) -> None:
        reason = "the team configuration turns the ticket's trailer off: nothing can be verified"
        super().__init__(reason, hint=f"git log -- {team_config.RELATIVE_PATH}")


class BadPush(TicketerError):
    """A line that git does not give to a pre-push hook; `line` is it."""

    exit_code = ExitCode.USAGE

    def __init__(self, line: str) -> None:
        super().__init__(f"not a line of a pre-push hook: {line[:80]!a}", hint="git help hooks")
        self.line = line


class Range(NamedTuple):
    """Commits to be checked: those that lead to `wanted` and not to `unwanted`."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong with a commit: `kind` is untagged, session or unknown-ticket."""

    kind: str
    commit: str
    subject: str
    author: str
    reason: str


@dataclass
class Verdict:
    """What was found; `passed` counts why commits pass. `notes` are problems that do not fail."""

    commits: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    failures: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    tips: tuple[str, ...] = ()


def of_words(git: Git, words: Sequence[str]) -> Range:
    """The range that words mean to git: `A..B`, `A...B`, `^A`, `A^!`, and `A` with all before it.

    Without words what the upstream branch does not have, else what came since this branch left
    the default branch. Raises: NoSuchRef.
    """
    if not words:
        return Range((refs.commit(git, "HEAD"),), (_base(git),))
    wanted: list[str] = []
    unwanted: list[str] = []
    for word in words:
        for name in _revisions(git, word):
            (unwanted if name.startswith("^") else wanted).append(name.removeprefix("^"))
    return Range(tuple(wanted), tuple(unwanted))


def _base(git: Git) -> str:
    try:
        return refs.commit(git, UPSTREAM)
    except refs.NoSuchRef:
        return difference.ends(git, "")[0]


def _revisions(git: Git, word: str) -> list[str]:
    """The object names that a word means to git-rev-parse(1), those to be left out with `^`."""
    if not word or word.startswith("-") or any(c < " " for c in word):
        raise refs.NoSuchRef(word)
    done = git.attempt("rev-parse", "--revs-only", word, "--")
    found = done.stdout.decode("ascii", "replace").split()
    if done.returncode or not found or not all(map(_is_name, found)):
        raise refs.NoSuchRef(word)
    peeled = refs.looked_up(git, [f"{name.removeprefix('^')}^{{commit}}" for name in found])
    if not all(line.startswith("commit ") for line in peeled):
        raise refs.NoSuchRef(word)
    return found


def _is_name(word: str) -> bool:
    digits = word.removeprefix("^")
    return len(digits) in (40, 64) and not digits.strip("0123456789abcdef")


def of_push(git: Git, lines: Iterable[str]) -> Range:
    """The commits that a push brings, from what git gives a pre-push hook (githooks(5)).

    Of a new branch, and where the remote's commit is not known here, those that no branch of a
    remote has; of a deletion none. Raises: BadPush.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for line in filter(str.strip, lines):
        words = line.split()
        if len(words) != 4 or not (_is_name(words[1]) and _is_name(words[3])):
            raise BadPush(line)
        if words[1].strip("0"):
            wanted.append(words[1])
            unwanted.append(words[3])
    known = [name for name in unwanted if name.strip("0") and _has(git, name)]
    if len(known) < len(unwanted):
        known += git.text("for-each-ref", "--format=%(objectname)", "refs/remotes/").split()
    return Range(tuple(wanted), tuple(known))


def _has(git: Git, name: str) -> bool:
    return refs.looked_up(git, [name])[0].startswith(("commit ", "tag "))


def verify(
    worktree: Worktree, range: Range, *, require_sessions: bool, require_tickets: bool
) -> Verdict:
    """Check every commit of a range.

    Sessions that are not archived and tickets that are not there, at the end of the range, fail
    only where they are required. Raises: NoTrailerKey, GitFailed, BadFile, LeadsOutside.
    """
    settings, prefix = _settings(worktree)
    git = worktree.git
    names = list(commits_read.graph(git, range.wanted, range.unwanted)) if range.wanted else []
    found = Verdict(commits=len(names), tips=range.wanted)
    checker = _Checker(git, settings, prefix, found)
    checker.check(commits_read.commits(git, names))
    _resolve(git, range, checker, found.failures if require_sessions else found.notes, SESSION)
    _resolve(git, range, checker, found.failures if require_tickets else found.notes, UNKNOWN)
    return found


def _settings(worktree: Worktree) -> tuple[Settings, str]:
    """The team's trailer keys, and its own prefix. Mentions are not looked for."""
    team = team_config.load(worktree.top)
    if not team.ticket_key:
        raise NoTrailerKey
    settings = Settings()
    settings.ticket_key, settings.session_key = team.ticket_key, team.session_key
    return settings, team.prefix


class _Checker:
    """Checks commits; what they name is kept by the first commit, newest first, that names it."""

    def __init__(self, git: Git, settings: Settings, prefix: str, found: Verdict) -> None:
        self.git = git
        self.settings = settings
        self.prefix = prefix
        self.found = found
        self.sessions: dict[str, Commit] = {}
        self.tickets: dict[str, Commit] = {}

    def check(self, commits: Iterable[Commit]) -> None:
        """Count what passes and note what does not."""
        derived: list[tuple[Commit, Said]] = []
        for commit in commits:
            about = self._said(commit)
            reason = _passes(commit, about)
            self._remember(commit, about)
            if reason:
                self.found.passed[reason] += 1
            elif about.origins:
                derived.append((commit, about))
            else:
                self._fail(commit)
        self._check_derived(derived)

    def _said(self, commit: Commit) -> Said:
        return said(commit.message, self.settings)

    def _remember(self, commit: Commit, about: Said) -> None:
        bare = commit._replace(message=commit.message[:2000])
        for session in about.sessions:
            self.sessions.setdefault(session, bare)
        for id in about.tickets:
            if id.prefix == self.prefix:
                self.tickets.setdefault(id, bare)

    def _check_derived(self, derived: list[tuple[Commit, Said]]) -> None:
        """Check reverts and cherry-picks by the commits that they are made from."""
        good = self._good({name for _, about in derived for _, name in about.origins})
        for commit, about in derived:
            kinds = [kind for kind, name in about.origins if name in good]
            if kinds:
                self.found.passed[REVERT if kinds[0] == REVERTS else PICK] += 1
            else:
                self._fail(commit, "the commit that it is made from does not pass either")

    def _good(self, names: set[str]) -> set[str]:
        """Which of some commits pass, by themselves or by those that they are made from."""
        makers: dict[str, set[str]] = {}
        good: set[str] = set()
        waiting = names
        while waiting:
            more: set[str] = set()
            for name, commit in self._read(sorted(waiting)):
                about = self._said(commit)
                if _passes(commit, about):
                    good.add(name)
                for _, origin in about.origins:
                    makers.setdefault(origin, set()).add(name)
                    more.add(origin)
            names = names | waiting
            waiting = more - names
        spreading = list(good)
        while spreading:
            fresh = makers.get(spreading.pop(), set()) - good
            good |= fresh
            spreading += fresh
        return good

    def _read(self, names: list[str]) -> Iterator[tuple[str, Commit]]:
        """The commits of some names, which may be short; what there is not is left out."""
        lines = refs.looked_up(self.git, [f"{name}^{{commit}}" for name in names])
        full = {
            name: line.removeprefix("commit ")
            for name, line in zip(names, lines, strict=True)
            if line.startswith("commit ")
        }
        distinct = sorted(set(full.values()))
        read = {commit.name: commit for commit in commits_read.commits(self.git, distinct)}
        return ((name, read[long]) for name, long in full.items())

    def _fail(self, commit: Commit, because: str = "") -> None:
        key = self.settings.ticket_key
        reason = _untagged(commit, self._said(commit), key)
        reason += f"; {because}" if because else ""
        self.found.failures.append(
            Problem(UNTAGGED, commit.name, commit.subject, commit.author, reason)
        )


def _passes(commit: Commit, about: Said) -> str:
    """Why a commit passes by itself; empty where it does not."""
    if about.tickets:
        return TICKET
    if about.opted_out:
        return OPTED_OUT
    return MERGE if len(commit.parents) > 1 else ""


def _untagged(commit: Commit, about: Said, key: str) -> str:
    values = [value for value in trailer.values(commit.message, key) if value]
    if values:
        return f"{key}: {values[0][:40].decode('utf-8', 'replace')!a} is no ticket id"
    if about.weak_tickets:
        return f"{key}: {about.weak_tickets[0]} is not in the last paragraph: no trailer"
    return f"no {key} trailer"


def _resolve(git: Git, range: Range, checker: _Checker, problems: list[Problem], kind: str) -> None:
    """Add a problem for every session or ticket that the end of the range does not have."""
    missing = checker.sessions if kind == SESSION else checker.tickets
    paths: dict[str, str] = {}
    for tip in range.wanted if missing else ():
        paths.update(_files(git, tip))
    there = _archived(paths) if kind == SESSION else _tickets(git, paths, set(missing))
    for word, commit in missing.items():
        if (_digest(word) if kind == SESSION else word) not in there:
            what = "session {} is not archived" if kind == SESSION else "there is no ticket {}"
            problems.append(
                Problem(kind, commit.name, commit.subject, commit.author, what.format(word))
            )


def _files(git: Git, tip: str) -> Iterator[tuple[str, str]]:
    """The files in `.tickets` of a commit, with their blobs."""
    try:
        found = refs.entries(git, tip, FOLDER)
    except GitFailed:  # a tag of something else
        return iter(())
    return ((entry.path, entry.object) for entry in found)


def _digest(session: str) -> str:
    from git_ticketer.storage import archives

    return archives.digest(session)


def _archived(paths: Iterable[str]) -> set[str]:
    """The digests in the names of archives (storage/archives.py)."""
    from git_ticketer.storage import archives

    matches = (archives.MAIN.fullmatch(path.rpartition("/")[2]) for path in paths)
    return {match[1] for match in matches if match}


def _tickets(git: Git, paths: dict[str, str], wanted: set[str]) -> set[str]:
    """The ids of the tickets at those paths, and the ids they once had, where one is missing."""
    owners = ((path, refs.ticket_of(path)) for path in paths)
    files = {path: owner[0] for path, owner in owners if owner and owner[1] == FILE}
    found: set[str] = set(files.values())
    if wanted - found:
        for data in refs.contents(git, [paths[path] for path in files]).values():
            found.update(_aliases(data) if b"aliases" in data else ())
    return found


def _aliases(data: bytes) -> tuple[str, ...]:
    from git_ticketer.storage import schema, yamlfile

    try:
        return schema.ticket(yamlfile.parse(data, FILE)).aliases
    except yamlfile.BadFile:
        return ()
