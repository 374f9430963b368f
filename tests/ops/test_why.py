"""Which commit, ticket and part of a conversation stand behind lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.lean.settings import Settings
from git_ticketer.model.transcript import TOOL, USER, Entry, Header, Source, Span
from git_ticketer.ops.why import Answer, Cause, why
from git_ticketer.ops.why_commits import commits
from git_ticketer.ops.why_place import Exchange, exchange
from git_ticketer.ops.workspace import open_workspace
from git_ticketer.storage.blame import Blaming
from git_ticketer.storage.commits_text import Said, said
from git_ticketer.storage.gitcmd import Git
from tests.support.git import GitRepo

BLOCK = "".join(f"def part_{n}(argument): return argument * {n}\n" for n in range(5))
SHORT = "".join(f"x{n} = {n}\n" for n in range(40))


def ask(repo: GitRepo, place: str, rev: str = "") -> Answer:
    """What `why` answers in the top folder of the repository."""
    blaming = Blaming(Git(str(repo.path), repo.environ), place, rev)
    return why(open_workspace(str(repo.path), repo.environ), blaming)


def cause(repo: GitRepo, place: str) -> Cause:
    """The one commit behind the lines."""
    (found,) = ask(repo, place).causes
    return found


def commit(repo: GitRepo, message: str, **files: str) -> str:
    """Commit everything, with `files` (by name without `.py`) written; the commit's name."""
    for name, text in files.items():
        repo.write(f"{name}.py", text)
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--allow-empty", "-m", message)
    return repo.git("rev-parse", "HEAD")


def tickets(found: Cause) -> list[tuple[str, str, str]]:
    """The tickets with the evidence for them."""
    return [(ticket.id, ticket.evidence, ticket.through) for ticket in found.tickets]


def test_the_trailer_of_the_last_commit_of_a_line_names_its_ticket(empty_repo: GitRepo) -> None:
    commit(empty_repo, "first\n\nTicket: PROJ-1", a="one\ntwo\n")
    second = commit(empty_repo, "second\n\nTicket: proj-002\nTicket-Session: s1", a="one\n2\n")

    found = cause(empty_repo, "a.py:2")
    assert found.commit == second
    assert (found.subject, found.author, found.at) == ("second", "Dana", "2026-11-22T09:00:00Z")
    assert tickets(found) == [("PROJ-2", "trailer", "")]
    assert [(one.id, one.state) for one in found.sessions] == [("s1", "not archived")]


@pytest.mark.parametrize("text", [BLOCK, SHORT], ids=["long lines", "short lines"])
@pytest.mark.parametrize("kind", ["renamed", "to another file", "in the file", "indented"])
def test_a_line_is_followed_over_a_commit_that_only_moved_it(
    empty_repo: GitRepo, text: str, kind: str
) -> None:
    rest = "".join(f"rest of the file, line {n}, stays\n" for n in range(60))
    made = commit(empty_repo, "made\n\nTicket: PROJ-1", a=text + rest, b="something else\n")
    place = "b.py:2"
    if kind == "renamed":
        empty_repo.git("mv", "a.py", "c.py")
        moved, place = commit(empty_repo, "moved"), "c.py:2"
    elif kind == "to another file":
        moved, place = commit(empty_repo, "moved", a=rest, b="something else\n" + text), "b.py:3"
    elif kind == "in the file":
        moved, place = commit(empty_repo, "moved", a=rest + text), "a.py:62"
    else:
        indented = text.replace("\n", "\n    ")
        moved, place = commit(empty_repo, "moved", a=f"    {indented}\n{rest}"), "a.py:2"

    found = cause(empty_repo, place)
    assert (found.commit, tickets(found)) == (made, [("PROJ-1", "trailer", "")])
    found_moves = [one.commit for one in found.beside]
    assert found_moves == ([moved] if kind in ("to another file", "in the file") else [])


def test_a_new_line_is_not_taken_for_a_moved_one(empty_repo: GitRepo) -> None:
    commit(empty_repo, "made", a=BLOCK)
    new = commit(empty_repo, "new", a=BLOCK + "fresh = True\n")
    assert cause(empty_repo, "a.py:6").commit == new


@pytest.mark.parametrize("name", ["a:3", "-x", "ü b", "*", ":(top)x", 'q"t', "back\\slash"])
def test_a_file_with_an_odd_name_is_found(empty_repo: GitRepo, name: str) -> None:
    empty_repo.write(name, "one\ntwo\n")
    empty_repo.write("a", "other\n")
    made = commit(empty_repo, "made")
    assert [one.commit for one in ask(empty_repo, f"{name}:2").causes] == [made]
    assert ask(empty_repo, name).count == 2
    assert ask(empty_repo, f"{empty_repo.path}/{name}", rev="HEAD").count == 2


def test_a_revert_tells_of_what_it_takes_back(empty_repo: GitRepo) -> None:
    commit(empty_repo, "made\n\nTicket: PROJ-1", a="one\n")
    bad = commit(empty_repo, "bad\n\nTicket: PROJ-2\nTicket-Session: s2", a="two\n")
    empty_repo.git("revert", "--no-edit", "HEAD")
    head = empty_repo.git("rev-parse", "HEAD")

    found = cause(empty_repo, "a.py:1")
    assert found.commit == head
    assert [(one.kind, one.commit, one.subject) for one in found.beside] == [
        ("reverts", bad, "bad")
    ]
    assert tickets(found) == [("PROJ-2", "trailer", f"reverts {bad[:10]}")]
    assert [(one.id, one.through) for one in found.sessions] == [("s2", f"reverts {bad[:10]}")]


def test_a_cherry_pick_tells_of_its_original(empty_repo: GitRepo) -> None:
    commit(empty_repo, "first", a="one\n")
    empty_repo.git("switch", "--quiet", "-c", "topic")
    original = commit(empty_repo, "picked", a="two\n")
    empty_repo.git("switch", "--quiet", "main")
    empty_repo.git("cherry-pick", "-x", "topic", GIT_COMMITTER_DATE="2026-11-23T09:00:00Z")

    found = cause(empty_repo, "a.py:1")
    assert found.commit != original
    assert [(one.kind, one.commit) for one in found.beside] == [("cherry-picked from", original)]


def test_a_squash_merge_has_all_its_tickets(repo: GitRepo) -> None:
    repo.git("switch", "--quiet", "-c", "topic")
    commit(repo, "one\n\nTicket: PROJ-1", a="one\n")
    commit(repo, "two\n\nTicket: PROJ-2", a="one\ntwo\n")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--squash", "topic")
    repo.git("commit", "--quiet", "--no-edit")

    found = cause(repo, "a.py:1")
    assert tickets(found) == [("PROJ-2", "trailer", ""), ("PROJ-1", "trailer", "")]


def test_a_commit_that_names_itself_as_its_origin_ends(empty_repo: GitRepo) -> None:
    first = commit(empty_repo, "first", a="one\n")
    commit(empty_repo, f"loop\n\nThis reverts commit {first}.\nThis reverts commit {'0' * 40}.")
    loop = empty_repo.git("rev-parse", "HEAD")
    commit(empty_repo, f"end\n\nThis reverts commit {loop}.", a="two\n")

    found = cause(empty_repo, "a.py:1")
    assert [(one.commit, one.here) for one in found.beside] == [
        (loop, True),
        (first, True),
        ("0" * 40, False),
    ]


def test_a_ticket_is_known_by_its_uid_after_a_renumber(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\ntrailers: {uid: Ticket-Uid}\n")
    repo.ticket("create", "Avatars", "--no-parent")
    repo.ticket("save")
    repo.ticket("attach", "PROJ-1")
    commit(repo, "made", a="one\n")
    before = repo.path.joinpath(".tickets/PROJ-1/ticket.yaml").read_text(encoding="utf-8")
    repo.ticket("renumber", "PROJ-1", "--to", "PROJ-2")
    repo.write(".tickets/PROJ-1/ticket.yaml", f"uid: {'0' * 26}{before[31:]}")

    (found,) = cause(repo, "a.py:1").tickets
    assert (found.id, found.former, found.title) == ("PROJ-2", "PROJ-1", "Avatars")


def test_what_is_not_committed_has_the_ticket_that_is_attached(repo: GitRepo) -> None:
    commit(repo, "made\n\nTicket: PROJ-1", a="one\ntwo\n")
    repo.ticket("attach", "PROJ-7")
    repo.write("a.py", "one\n2\n")

    found = ask(repo, "a.py").causes
    assert [(one.commit != "", one.lines, tickets(one)) for one in found] == [
        (True, ((1, 1),), [("PROJ-1", "trailer", "")]),
        (False, ((2, 2),), [("PROJ-7", "attached", "")]),
    ]


BODY = """Title (#12)

* one

Ticket: PROJ-1
Ticket-Session: s1

* Ticket: PROJ-2
    Ticket: proj-3

Ticket: PROJ-4
Ticket-Session: s4
Co-authored-by: Dana <dana@example.com>
"""


def test_only_the_last_block_is_more_than_weak_evidence() -> None:
    assert said(BODY.encode(), Settings()) == Said(
        tickets=("PROJ-4",),  # type: ignore[arg-type]
        weak_tickets=("PROJ-1", "PROJ-2", "PROJ-3"),  # type: ignore[arg-type]
        sessions=("s4",),  # type: ignore[arg-type]
        weak_sessions=("s1",),  # type: ignore[arg-type]
    )


def test_an_opt_out_is_no_ticket() -> None:
    assert said(b"Title\n\nTicket: none\n", Settings()) == Said(opted_out=True)


def test_a_trailer_that_the_team_turned_off_is_not_read() -> None:
    off = Settings()
    off.ticket_key = off.session_key = ""
    assert said(BODY.encode(), off) == Said()


@given(st.binary(max_size=300))
def test_any_message_gives_only_valid_ids(message: bytes) -> None:
    found = said(b"Title\n\n" + message, Settings())
    assert all(id == id.upper() and "\n" not in id for id in found.tickets + found.weak_tickets)


def test_commits_are_read_whatever_stands_in_them(empty_repo: GitRepo) -> None:
    tree = empty_repo.git("write-tree")
    raw = f"tree {tree}\nauthor Dana <d> 99999999999999 +0000\ncommitter D <d> 1 +0000\n"
    raw += "encoding zip\ngpgsig a\n b\n\n\nsub\x1b[31mject\n"
    options = ("-t", "commit", "-w", "--literally", "--stdin")
    name = empty_repo.git("hash-object", *options, input=raw)
    missing = "f" * 40
    found = commits(Git(str(empty_repo.path), empty_repo.environ), [missing, tree, name])
    assert list(found) == [name]
    assert (found[name].at, found[name].author, found[name].subject) == (
        0,
        "Dana",
        "sub\x1b[31mject",
    )


def at(minute: int, second: int = 0) -> str:
    """A time of the conversation; its commits are given as minutes too."""
    return f"1970-01-01T00:{minute:02d}:{second:02d}Z"


def prompt(minute: int, text: str = "do it") -> Entry:
    return Entry(USER, text=text, at=at(minute))


def answer(minute: int) -> Entry:
    return Entry("assistant", text="done", at=at(minute))


def call(minute: int, second: int, input: str) -> Entry:
    return Entry(TOOL, "tool-call", at=at(minute, second), name="Bash", input=input)


def found_in(entries: list[Entry], minute: int, subject: str = "subject", *spans: Span) -> Exchange:
    """What was said before a commit of that minute."""
    header = Header(
        "s1",  # type: ignore[arg-type]
        "PROJ-1",  # type: ignore[arg-type]
        "",
        "agent",
        Source("plain", len(entries)),
        spans=spans,
    )
    return exchange(header, entries, "PROJ-1", minute * 60, subject)


TALK = [prompt(1), answer(2), call(3, 0, "pytest"), answer(4), prompt(10), answer(11), answer(14)]


@pytest.mark.parametrize(
    ("minute", "expected"),
    [
        (5, Exchange("time", 0, (1, 3))),
        (12, Exchange("time", 4, (5,))),
        (59, Exchange("time", 4, (5, 6))),
        (0, Exchange("later", 0, (1, 3))),
    ],
    ids=["between", "before an answer", "after all", "before all"],
)
def test_what_was_said_before_a_commit_is_told_by_the_times(
    minute: int, expected: Exchange
) -> None:
    assert found_in(TALK, minute) == expected


def test_the_call_of_git_commit_near_the_date_is_the_place() -> None:
    talk = [prompt(1), answer(2), call(9, 50, "git commit -m other"), prompt(9)]
    talk += [answer(9), call(11, 30, "cd x && git commit -m 'subject'"), answer(10)]
    assert found_in(talk, 10) == Exchange("call", 3, (4,))
    assert found_in(talk, 10, "other") == Exchange("call", 0, (1,))


def test_a_subagent_is_neither_prompt_nor_answer() -> None:
    talk = [prompt(1), answer(2), prompt(3)._replace(agent="sub"), answer(4)._replace(agent="sub")]
    assert found_in(talk, 5) == Exchange("time", 0, (1,))


def test_what_belongs_to_the_ticket_comes_before_what_is_nearer() -> None:
    spans = (Span("PROJ-1", 1, 4), Span("PROJ-2", 5, 7))  # type: ignore[arg-type]
    assert found_in(TALK, 59, "subject", *spans) == Exchange("time", 0, (1, 3))


def test_without_times_only_the_call_with_the_subject_tells_the_place() -> None:
    talk = [entry._replace(at="") for entry in [*TALK, call(20, 0, "git commit -m 'Crop'")]]
    assert found_in(talk, 12, "Crop") == Exchange("call", 4, (5, 6))
    assert found_in(talk, 12, "Other") == Exchange("unknown", 0, (1, 3))


entries = st.builds(
    Entry,
    role=st.sampled_from(["user", "assistant", "tool", "system"]),
    at=st.sampled_from(["", at(1), at(5), at(3), "yesterday"]),
    input=st.sampled_from(["", "git commit -m subject"]),
    agent=st.sampled_from(["", "sub"]),
)


@given(st.lists(entries, max_size=12), st.integers(0, 7), st.integers(1, 13), st.integers(0, 13))
def test_any_transcript_gives_entries_that_are_there(
    talk: list[Entry], minute: int, first: int, last: int
) -> None:
    found = found_in(talk, minute, "subject", Span("PROJ-1", first, last))  # type: ignore[arg-type]
    assert found.prompt is None or talk[found.prompt].role == USER
    assert all(talk[i].role == "assistant" and i > (found.prompt or -1) for i in found.answers)
