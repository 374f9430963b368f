"""What lint says of archived sessions, planned ones and what people said of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.transcript import ASSISTANT, USER, Entry, Span
from git_ticketer.ops import lint
from git_ticketer.ops.demo_session import SECRET
from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.sessions import AT, SAID, archive, plan, say

LONG = [Entry(ASSISTANT, text="b " * 300_000)] * 4
NAME = "2026-11-22-claude-code-eaeb9111b1c6"
FOLDER = ".tickets/PROJ-1/sessions"


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """Two tickets, the first with a session, a plan and a review of the session."""
    for number in (1, 2):
        put(empty_repo, number, f"ticket {number}")
    archive(empty_repo, "chat-1", 1)
    plan(empty_repo, 5, 1, "Code review")
    say(empty_repo, 6, 1, "review", "chat-1", "reviewed")
    return empty_repo


def found(repo: GitRepo, *paths: str) -> list[str]:
    problems = lint.check(str(repo.path), paths)
    start = f"{FOLDER}/"
    return [
        f"{p.path.removeprefix(start)}:{p.line} {p.severity} {p.rule}: {p.reason}" for p in problems
    ]


def edited(repo: GitRepo, old: str, new: str, name: str = NAME) -> None:
    path = repo.path / FOLDER / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_sessions_as_commands_write_them_are_clean(repo: GitRepo) -> None:
    archive(repo, "chat-2", 2, LONG)

    assert found(repo) == []


def add_a_secret(repo: GitRepo) -> None:
    said = [*SAID, Entry(USER, text=f"It is\n{SECRET}"), Entry(USER, text="acme-0123456789")]
    archive(repo, "chat-1", 1, said)
    rules = "{acme: {prefix: acme-, characters: 0-9, length: 10}}"
    repo.write(".tickets/config.yaml", f"prefix: PROJ\nredact:\n  rules: {rules}\n")


def leave_a_conflict(repo: GitRepo) -> None:
    edited(repo, "transcript:\n", "<<<<<<< ours\ntranscript:\n=======\n>>>>>>> theirs\n")


def rename(repo: GitRepo, old: str, new: str) -> None:
    (repo.path / FOLDER / f"{old}.yaml").rename(repo.path / FOLDER / f"{new}.yaml")


def lose_a_part(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, LONG)
    (repo.path / FOLDER / f"{NAME}.2.yaml").unlink()


def lose_the_main_file(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, LONG[:2])
    (repo.path / FOLDER / f"{NAME}.yaml").unlink()


def keep_a_part_too_many(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, LONG[:3])
    edited(repo, "parts: 3\n", "parts: 2\n")


def span(repo: GitRepo, number: int, last: int) -> None:
    archive(repo, "chat-1", 1, spans=(Span(TicketId("PROJ-1"), number, last),))


def be_planned_twice(repo: GitRepo) -> None:
    uid = plan(repo, 7, 1, "Design")
    for session, number in (("chat-1", 1), ("chat-2", 2)):
        archive(repo, session, number, plan=uid)


OTHER = ".tickets/PROJ-2/sessions"
SAYS = "error secret: what looks like a secret"
PROBLEMS: dict[str, tuple[Callable[[GitRepo], object], list[str]]] = {
    "secrets by our rules and the team's": (
        add_a_secret,
        [
            f"{NAME}.yaml:34 {SAYS} (github-token): revoke it, then take it out",
            f"{NAME}.yaml:37 {SAYS} (acme): revoke it, then take it out",
        ],
    ),
    "a conflict": (
        leave_a_conflict,
        [
            f"{NAME}.yaml:18 error conflict: a merge conflict: archive the session again, or "
            "git checkout --ours or --theirs and git add"
        ],
    ),
    "another role": (
        lambda repo: edited(repo, "role: user", "role: robot"),
        [
            f"{NAME}.yaml:19 error schema: role is one of user, assistant, tool, system, kind one "
            "of text, reasoning, tool-call, tool-result, attachment"
        ],
    ),
    "another name": (
        lambda repo: rename(repo, NAME, "2026-11-22-claude-code-0123456789ab"),
        [
            "../comments",
            f"2026-11-22-claude-code-0123456789ab.yaml:1 error file-name: the file of this session "
            f"is named {NAME}.yaml",
        ],
    ),
    "another date": (
        lambda repo: rename(repo, NAME, NAME.replace("22", "21")),
        [
            f"{NAME.replace('22', '21')}.yaml:9 warning file-name: it would be named {NAME}.yaml",
        ],
    ),
    "another ticket": (
        lambda repo: edited(repo, "ticket: PROJ-1", "ticket: PROJ-2"),
        [f"{NAME}.yaml:3 error session: it says 'PROJ-2', the ticket is PROJ-1"],
    ),
    "two tickets": (
        lambda repo: archive(repo, "chat-1", 2),
        [
            f"{NAME}.yaml:1 error duplicate-session: the session is also archived as "
            f"{OTHER}/{NAME}.yaml; git ticket session move chat-1 PROJ-1 makes one of them",
            f"{OTHER}/{NAME}.yaml:1 error duplicate-session: the session is also archived as "
            f"{FOLDER}/{NAME}.yaml; git ticket session move chat-1 PROJ-2 makes one of them",
        ],
    ),
    "a missing part": (
        lose_a_part,
        [f"{NAME}.yaml:18 error parts: parts are missing: {NAME}.2.yaml"],
    ),
    "no main file": (
        lose_the_main_file,
        ["../comments", f"{NAME}.2.yaml:1 error parts: it goes on what is not there: {NAME}.yaml"],
    ),
    "a part too many": (
        keep_a_part_too_many,
        [
            f"{NAME}.yaml:14 error spans: entries 1-3 are not all there: it has 2",
            f"{NAME}.yaml:18 error parts: a part that it does not count: {NAME}.3.yaml",
        ],
    ),
    "a span beyond the end": (
        lambda repo: span(repo, 2, 4),
        [f"{NAME}.yaml:14 error spans: entries 2-4 are not all there: it has 3"],
    ),
    "a time": (
        lambda repo: edited(repo, f"started: {AT}", "started: yesterday"),
        [
            f"{NAME}.yaml:9 warning file-name: it would be named yesterday-claude-code-"
            "eaeb9111b1c6.yaml",
            f"{NAME}.yaml:9 error time: not a UTC time such as {AT}: 'yesterday'",
        ],
    ),
    "two that are one plan": (
        be_planned_twice,
        [
            f"{OTHER}/2026-11-22-claude-code-1801be70ce21.yaml:9 warning plan: it is the planned "
            f"session that {FOLDER}/{NAME}.yaml is"
        ],
    ),
    "a plan": (
        lambda repo: repo.write(f"{FOLDER}/plan-x.yaml", "ticket: PROJ-1\ntitle: t\n"),
        [
            "plan-x.yaml:1 error file-name: a planned session's file is named plan-<ULID>.yaml",
            "plan-x.yaml:1 error ticket-uid: ticket_uid is missing",
        ],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_not_right_is_said_with_its_line(repo: GitRepo, name: str) -> None:
    spoil, expected = PROBLEMS[name]
    spoil(repo)

    problems = found(repo)

    if expected[0] == "../comments":
        said = problems.pop(0)
        assert said.endswith(":7 warning session: session 'chat-1' is not archived here")
        expected = expected[1:]
    assert problems == expected


def test_of_chosen_files_only_these_are_complained_about(repo: GitRepo) -> None:
    archive(repo, "chat-2", 2, LONG)
    name = next(p.name for p in Path(repo.path, OTHER).iterdir() if p.name.count(".") == 1)
    (repo.path / OTHER / name.replace(".yaml", ".2.yaml")).write_text("x: [", encoding="utf-8")
    edited(repo, "ticket: PROJ-1", "ticket: PROJ-2")

    assert found(repo, f"{OTHER}/{name}") == []
    assert len(found(repo, f"{FOLDER}/{NAME}.yaml")) == 1
