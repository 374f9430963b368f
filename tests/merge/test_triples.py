"""A thousand random pairs of edits: what merges, and that no clean merge is wrong."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.install.attributes import install
from git_ticketer.merge.three_way import merge
from git_ticketer.storage import schema
from git_ticketer.storage.worktree import find
from tests.merge.triples import Triple, facts, read, triples
from tests.support.git import GitRepo, Result

TICKET = ".tickets/PROJ-123/ticket.yaml"
Merge = Callable[[Triple], str | None]


def by_fields(triple: Triple) -> str | None:
    """What the driver makes of it; None where it is a conflict."""
    merged = merge(triple.base, triple.ours.text, triple.theirs.text)
    return None if merged.conflicts else merged.text


def by_lines(repo: GitRepo) -> Merge:
    """What git makes of it without the driver: the same three-way merge of lines."""

    def merged(triple: Triple) -> str | None:
        names = ("ours", "base", "theirs")
        texts = (triple.ours.text, triple.base, triple.theirs.text)
        for name, text in zip(names, texts, strict=True):
            repo.write(name, text)
        done = repo.attempt("merge-file", "-p", "-q", *names)
        return None if done.code else done.out

    return merged


def rate(found: list[Triple], merged: Merge) -> float:
    """How many of those that are no true conflict merge; every merge must be right."""
    clean = 0
    for triple in found:
        text = merged(triple)
        if triple.is_conflict:
            assert text is None, (triple.ours.edit, triple.theirs.edit)
        elif text is not None:
            assert facts(text) == triple.merged, (triple.ours.edit, triple.theirs.edit)
            assert schema.ticket(read(text)).uid
            clean += 1
    return clean / sum(not triple.is_conflict for triple in found)


@pytest.mark.slow
@pytest.mark.parametrize("optional", [0.5, 0.8, 1])
def test_of_1000_pairs_of_edits_git_merges_95_percent_and_the_driver_nearly_all(
    empty_repo: GitRepo, optional: float
) -> None:
    found = list(triples(1000, seed=3, optional=optional))

    assert sum(triple.is_conflict for triple in found) >= 10
    assert rate(found, by_lines(empty_repo)) >= 0.95
    assert rate(found, by_fields) >= 0.995


@given(st.integers(0, 1 << 32), st.floats(0, 1))
def test_any_two_edits_merge_to_both_or_are_a_conflict(seed: int, optional: float) -> None:
    for triple in triples(3, seed, optional):
        text = by_fields(triple)
        assert (text is None) == triple.is_conflict
        assert text is None or facts(text) == triple.merged


@given(st.integers(0, 1 << 32))
def test_a_conflict_leaves_each_side_s_text_to_choose(seed: int) -> None:
    for triple in [triple for triple in triples(20, seed) if triple.is_conflict]:
        merged = merge(triple.base, triple.ours.text, triple.theirs.text)

        assert facts(chosen(merged.text, "ours")) == facts(triple.ours.text)
        assert facts(chosen(merged.text, "theirs")) == facts(triple.theirs.text)


def chosen(text: str, side: str) -> str:
    """A text with one side of each conflict, as a person would leave it."""
    kept, where = [], ""
    for line in text.splitlines(keepends=True):
        mark = line[:7]
        if mark in ("<<<<<<<", "=======", ">>>>>>>"):
            where = {"<": "ours", "=": "theirs", ">": ""}[mark[0]]
        elif where in ("", side):
            kept.append(line)
    return "".join(kept)


@pytest.mark.slow
@pytest.mark.parametrize("driver", [False, True], ids=["without the driver", "with the driver"])
def test_git_merges_branches_with_these_edits_as_the_merge_of_the_texts_says(
    empty_repo: GitRepo, driver: bool
) -> None:
    if driver:
        install(find(str(empty_repo.path), empty_repo.environ))
    expected = by_fields if driver else by_lines(empty_repo)
    for number, triple in enumerate(triples(40, seed=7)):
        done = branches_merged(empty_repo, triple, f"t{number}")
        text = expected(triple)
        assert (done.code == 0) == (text is not None), done.err
        ticket = empty_repo.path / TICKET
        if text is not None:
            assert ticket.read_text(encoding="utf-8") == text
            comments = {triple.ours.comment, triple.theirs.comment} - {""}
            there = empty_repo.path.glob(".tickets/PROJ-123/comments/*")
            assert {path.read_text(encoding="utf-8") for path in there} == comments
        else:
            assert "<<<<<<< " in ticket.read_text(encoding="utf-8")
            empty_repo.git("merge", "--abort")


def branches_merged(repo: GitRepo, triple: Triple, name: str) -> Result:
    """Commit the ticket and both edits of it on branches of their own, and merge them."""
    repo.git("checkout", "-q", "--orphan", name)
    repo.attempt("rm", "-rfq", ".tickets")
    repo.write(TICKET, triple.base)
    commit(repo, "base")
    for branch, side in (("theirs", triple.theirs), ("ours", triple.ours)):
        repo.git("checkout", "-q", "-b", f"{name}-{branch}", name)
        repo.write(TICKET, side.text)
        if side.comment:
            repo.write(f".tickets/PROJ-123/comments/{branch}.yaml", side.comment)
        commit(repo, branch)
    return repo.attempt("merge", "-q", "--no-edit", f"{name}-theirs")


def commit(repo: GitRepo, message: str) -> None:
    repo.git("add", "-A", ".tickets")
    repo.commit(message)
