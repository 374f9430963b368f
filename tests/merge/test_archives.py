"""One session archived on two branches, at two lengths or details, merged by git itself."""

from collections.abc import Callable, Sequence

import pytest

from git_ticketer.install.attributes import install
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.merge import archives as merging
from git_ticketer.model.transcript import (
    ASSISTANT,
    FULL,
    TOOL,
    TOOL_CALL,
    USER,
    Entry,
    Header,
    Output,
    Source,
    Span,
)
from git_ticketer.storage import archives
from git_ticketer.storage.worktree import find
from tests.support.git import GitRepo

ID = SessionId("0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11")
PATH = ".tickets/PROJ-1/sessions/2026-11-22-claude-code-50277aedf1b8.yaml"
SAID = (
    Entry(USER, text="Add an avatar", at="2026-11-22T09:00:00Z"),
    Entry(TOOL, TOOL_CALL, name="Bash", input="pytest -q", output=Output(48, 6)),
    Entry(ASSISTANT, text="Done.", at="2026-11-22T09:05:00Z"),
    Entry(USER, text="Resize it", at="2026-11-22T09:10:00Z"),
    Entry(ASSISTANT, text="Resized.", at="2026-11-22T09:20:00Z"),
)
BIG = [Entry(ASSISTANT, text=f"{number} " * 200_000) for number in range(1, 6)]


def header(said: Sequence[Entry], **fields: object) -> Header:
    made = Header(
        ID,
        TicketId("PROJ-1"),
        "01JD8Z6W5T3K9QG4R7M2XV1B0A",
        "claude-code 2.1.12",
        Source("claude-code-jsonl", 10 * len(said)),
        started="2026-11-22T09:00:00Z",
        ended=max((entry.at for entry in said), default=""),
        spans=(Span(TicketId("PROJ-1"), 1, len(said)),),
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def files(said: Sequence[Entry], **fields: object) -> dict[str, str]:
    return dict(archives.files(header(said, **fields), said))


def text(said: Sequence[Entry], **fields: object) -> str:
    return files(said, **fields)[PATH]


def ids(*names: str) -> tuple[TicketId, ...]:
    return tuple(map(TicketId, names))


def save(repo: GitRepo, wanted: dict[str, str]) -> None:
    for path, content in wanted.items():
        repo.write(path, content)
    repo.git("add", "-A")
    repo.commit()


def fork(
    repo: GitRepo, base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> GitRepo:
    """Commit `base`, then `theirs` on branch side and `ours` on main, which is checked out."""
    save(repo, {"README": "x", **base})
    repo.git("checkout", "-q", "-b", "side")
    save(repo, theirs)
    repo.git("checkout", "-q", "main")
    save(repo, ours)
    return repo


def by_merge(repo: GitRepo) -> int:
    return repo.attempt("merge", "-q", "--no-edit", "side").code


def by_rebase(repo: GitRepo) -> int:
    return repo.attempt("rebase", "-q", "side").code


@pytest.fixture
def driven(empty_repo: GitRepo) -> GitRepo:
    """A repository with the driver."""
    install(find(str(empty_repo.path), empty_repo.environ))
    return empty_repo


WAITS = (*SAID[:1], SAID[1]._replace(output=None))
CUT = (*SAID[:2], SAID[2]._replace(text="Do"))
LENGTHS = {
    "a part of it": (SAID[:3], SAID, text(SAID)),
    "the same with more mentions": (SAID, SAID, None),
    "an answer that was being written": (CUT, SAID, text(SAID)),
    "a tool that had not answered": (WAITS, SAID, text(SAID)),
}


@pytest.mark.parametrize("together", [by_merge, by_rebase])
@pytest.mark.parametrize("with_base", [True, False], ids=["base", "add/add"])
@pytest.mark.parametrize("name", LENGTHS)
def test_two_lengths_of_a_session_merge_to_the_longer_one(
    driven: GitRepo, name: str, with_base: bool, together: Callable[[GitRepo], int]
) -> None:
    short, long, expected = LENGTHS[name]
    first = files(short, mentions=ids("PROJ-9"))
    second = files(long, mentions=ids("PROJ-2") if expected is None else ids("PROJ-9"))
    base = files(SAID[:1]) if with_base else {}
    fork(driven, base, first, second)

    assert together(driven) == 0
    found = (driven.path / PATH).read_text(encoding="utf-8")
    assert found == text(long, mentions=ids("PROJ-2", "PROJ-9") if not expected else ids("PROJ-9"))
    assert driven.git("status", "--porcelain") == ""


def test_full_detail_wins_where_it_has_all_that_was_said(driven: GitRepo) -> None:
    full = [SAID[0], SAID[1]._replace(output=Output(48, 6, "6 passed\n")), *SAID[2:]]
    fork(driven, {}, files(full, detail=FULL), files(SAID[:3], plan="01JD8Z6W5T3K9QG4R7M2XV1B0B"))

    assert by_merge(driven) == 0
    expected = text(full, detail=FULL, plan="01JD8Z6W5T3K9QG4R7M2XV1B0B")
    assert (driven.path / PATH).read_text(encoding="utf-8") == expected


def test_the_parts_of_a_long_session_merge_as_well(driven: GitRepo) -> None:
    short, long = files(BIG[:4]), files(BIG)
    assert [len(short), len(long)] == [2, 3]
    fork(driven, files(BIG[:2]), short, long)

    assert by_merge(driven) == 0
    assert {path: (driven.path / path).read_text(encoding="utf-8") for path in long} == long


OTHER = (SAID[0], SAID[1], SAID[2]._replace(text="Another answer."))
REMOVED = (SAID[0]._replace(text="Add"), *SAID[1:3])
CONFLICTS = {
    "two answers": ({}, files(OTHER), files(SAID)),
    "the longer one has less detail": ({}, files(SAID[:3], detail=FULL), files(SAID)),
    "two sessions": ({}, files(SAID[:3], id=SessionId("another")), files(SAID)),
    "two plans": ({}, files(SAID[:3], plan="A"), files(SAID, plan="B")),
    "a note by hand": ({}, {PATH: text(SAID[:3]) + "# mine\n"}, files(SAID)),
    "taken out by hand": (files(SAID[:1]), {PATH: text(REMOVED[:1])}, files(SAID)),
}


def of(wanted: dict[str, str]) -> str:
    return next(iter(wanted.values()))


@pytest.mark.parametrize("name", CONFLICTS)
def test_anything_else_is_not_done_here(name: str) -> None:
    base, ours, theirs = CONFLICTS[name]

    with pytest.raises(merging.NotTheSame):
        merging.merge(of(base) if base else "", of(ours), of(theirs))


def test_what_was_taken_out_by_hand_stays_out(driven: GitRepo) -> None:
    before, after = text(SAID[:3]), text(SAID[:3]).replace("    Add an avatar\n", "    Add\n")
    fork(driven, {PATH: before}, {PATH: after}, files(SAID))

    by_merge(driven)

    assert "Add an avatar" not in (driven.path / PATH).read_text(encoding="utf-8")


@pytest.mark.parametrize("has_driver", [True, False], ids=["driver", "no driver"])
def test_what_is_not_merged_is_a_conflict_with_all_of_both_sides(
    empty_repo: GitRepo, has_driver: bool
) -> None:
    if has_driver:
        install(find(str(empty_repo.path), empty_repo.environ))
    fork(empty_repo, {}, files(OTHER), files(SAID))

    assert by_merge(empty_repo) == 1
    found = (empty_repo.path / PATH).read_text(encoding="utf-8")
    assert "<<<<<<<" in found
    assert all(said in found for said in ("Another answer.", "Done.", "Resized."))


def test_without_the_driver_two_lengths_are_a_conflict_and_nothing_is_lost(
    empty_repo: GitRepo,
) -> None:
    fork(empty_repo, {}, files(SAID[:3]), files(SAID))

    assert by_merge(empty_repo) == 1
    found = (empty_repo.path / PATH).read_text(encoding="utf-8")
    assert "<<<<<<<" in found
    assert all(entry.text in found for entry in SAID)


@pytest.mark.parametrize(("first", "second"), [(1, 3), (3, 1), (2, 5), (5, 2)])
def test_it_does_not_matter_whose_side_is_longer(first: int, second: int) -> None:
    ours, theirs = text(SAID[:first]), text(SAID[:second])

    assert merging.merge("", ours, theirs) == text(SAID[: max(first, second)])
