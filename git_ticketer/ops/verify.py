"""Does every commit of a range name its ticket? For CI and for a pre-push hook.

A commit passes with a ticket in a trailer, a recorded opt-out, more than one parent, or as the
revert or cherry-pick of a commit that passes, wherever that is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from git_ticketer.errors import TicketerError
from git_ticketer.lean import trailer
from git_ticketer.lean.settings import Settings
from git_ticketer.ops import why_commits
from git_ticketer.ops.verify_range import Place, Range
from git_ticketer.storage import commits_read, refs, team_config
from git_ticketer.storage.commits_read import Commit
from git_ticketer.storage.commits_text import REVERTS, Said, said
from git_ticketer.storage.gitcmd import Git, GitFailed
from git_ticketer.storage.tickets import FILE, FOLDER

TICKET, OPTED_OUT, MERGE, REVERT, PICK = "ticket", "opted-out", "merge", "revert", "cherry-pick"
UNTAGGED, SESSION, UNKNOWN = "untagged", "session", "unknown-ticket"
CUT_OFF = "cut-off"
SHORT = 10
FAILS_TOO = "the commit that it is made from does not pass either"
NOT_HERE = "the commit that it is made from is not in this clone"


class NoTrailerKey(TicketerError):
    """The team has turned the ticket's trailer off, so no commit can carry one."""

    def __init__(self) -> None:
        reason = "the team configuration turns the ticket's trailer off: nothing can be verified"
        super().__init__(reason, hint=f"git log -- {team_config.RELATIVE_PATH}")


class Problem(NamedTuple):
    """What is wrong with a commit: `kind` is untagged, session, unknown-ticket or cut-off."""

    kind: str
    commit: str
    subject: str
    author: str
    reason: str


@dataclass
class Verdict:
    """What was found; `passed` counts why commits pass. `notes` are problems that do not fail.

    To mend it: `amend` is whether HEAD is without a ticket, `since` what to rebase from, so that
    all other commits without one can be reworded (git-rebase(1): `NAME^` or `--root`), where HEAD
    is the end of the range; `key` is the trailer's.
    """

    commits: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    failures: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    amend: bool = False
    since: str = ""
    key: str = "Ticket"


def verify(place: Place, range: Range, *, require_sessions: bool, require_tickets: bool) -> Verdict:
    """Check every commit of a range.

    Sessions that are not archived and tickets that are not there, at the end of the range, fail
    only where they are required. Where a shallow clone ends within the range, that fails: what is
    not there was not checked. Raises: NoTrailerKey, GitFailed, BadFile, LeadsOutside.
    """
    settings, git = _settings(place), place.git
    graph = commits_read.graph(git, range.wanted, range.unwanted) if range.wanted else {}
    found = Verdict(commits=len(graph), key=settings.ticket_key)
    checker = _Checker(git, settings, place.team.prefix, found)
    checker.check(commits_read.commits(git, list(graph)))
    _mend(place, range, found, graph)
    _resolve(git, range, checker, found.failures if require_sessions else found.notes, SESSION)
    _resolve(git, range, checker, found.failures if require_tickets else found.notes, UNKNOWN)
    found.failures += _cut_off(place, range, graph)
    return found


def _settings(place: Place) -> Settings:
    """The team's trailer keys. Mentions are not looked for."""
    if not place.team.ticket_key:
        raise NoTrailerKey
    settings = Settings()
    settings.ticket_key, settings.session_key = place.team.ticket_key, place.team.session_key
    return settings


def _mend(place: Place, range: Range, found: Verdict, graph: Mapping[str, tuple[str, ...]]) -> None:
    """Say how the commits without a ticket can get one; of a bare repository its pusher is told."""
    untagged = {problem.commit for problem in found.failures}
    head = _head(place.git) if untagged and not place.bare else ""
    found.amend = head in untagged
    older = [name for name in graph if name in untagged - {head}]
    if older and (place.bare or {*range.wanted} == {head}):
        found.since = f"{older[-1][:SHORT]}^" if graph[older[-1]] else "--root"


def _head(git: Git) -> str:
    try:
        return refs.commit(git, "HEAD")
    except refs.NoSuchRef:
        return ""


def _cut_off(place: Place, range: Range, graph: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """A problem for every commit whose parents were to be checked and are not in a shallow clone.

    What such a commit itself says of its parents (gitformat-commit) is compared with what there is.
    """
    ends = [name for name in graph if name in why_commits.shallow(place.common)]
    for name, commit in why_commits.commits(place.git, ends).items():
        if set(commit.parents) - graph.keys() - set(range.unwanted):
            reason = "this shallow clone ends here, what is before it was not checked"
            yield Problem(CUT_OFF, name, commit.subject, commit.author, reason)


class _Checker:
    """Checks commits; what they name is kept by the first commit, newest first, that names it."""

    def __init__(self, git: Git, settings: Settings, prefix: str, found: Verdict) -> None:
        self.git = git
        self.settings = settings
        self.prefix = prefix
        self.found = found
        self.sessions: dict[str, Commit] = {}
        self.tickets: dict[str, Commit] = {}
        self.read: set[str] = set()

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
                here = any(name in self.read for _, name in about.origins)
                self._fail(commit, FAILS_TOO if here else NOT_HERE)

    def _good(self, names: set[str]) -> set[str]:
        """Which of some commits pass, by themselves or by those that they are made from."""
        makers: dict[str, set[str]] = {}
        good: set[str] = set()
        waiting = names
        while waiting:
            more: set[str] = set()
            for name, commit in self._read(sorted(waiting)):
                self.read.add(name)
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
