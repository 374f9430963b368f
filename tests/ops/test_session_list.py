"""The sessions of a ticket: planned, live, archived and moved ones, and those that name it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.transcript import Span
from git_ticketer.ops import session_list
from git_ticketer.ops.session_list import Listed, Sessions
from git_ticketer.ops.workspace import Workspace, open_workspace
from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.sessions import SAID, archive, plan, say

ONE, TWO, THREE = TicketId("PROJ-1"), TicketId("PROJ-2"), TicketId("PROJ-3")


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """A repository with three tickets."""
    for number in (1, 2, 3):
        put(empty_repo, number, f"ticket {number}")
    return empty_repo


def opened(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


def of(repo: GitRepo, id: TicketId) -> Sessions:
    return session_list.of_ticket(opened(repo), id)


def ids(listed: Iterable[Listed]) -> list[str]:
    return [one.id for one in listed]


def test_a_session_that_crossed_tickets_is_on_both_with_its_entries(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, spans=(Span(ONE, 1, 2), Span(TWO, 3, 3)), mentions=(THREE,))

    assert [(one.id, one.entries) for one in of(repo, ONE).listed] == [("chat-1", "1-2")]
    assert [(one.id, one.entries) for one in of(repo, TWO).listed] == [("chat-1", "3-3")]
    assert (of(repo, THREE).listed, ids(of(repo, THREE).mentioned)) == ((), ["chat-1"])


def test_a_moved_session_is_on_both_and_says_where_it_is(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1)
    say(repo, 5, 2, "move", "chat-1", "moved from PROJ-1")

    (before,), (after,) = of(repo, ONE).listed, of(repo, TWO).listed

    assert (before.ticket, before.moved_to, before.moved_from) == ("PROJ-2", "PROJ-2", "PROJ-1")
    assert (after.ticket, after.moved_to, after.moved_from) == ("PROJ-2", "", "PROJ-1")
    assert (before.tickets, after.tickets) == (("PROJ-2",), ("PROJ-2",))


def test_the_newest_move_says_whose_a_session_is(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1)
    said = [session_list.ticket_of(opened(repo), "chat-1")]
    for at, number in ((5, 2), (6, 3)):
        say(repo, at, number, "move", "chat-1", "moved from PROJ-1")
        said.append(session_list.ticket_of(opened(repo), "chat-1"))

    assert said == ["PROJ-1", "PROJ-2", "PROJ-3"]
    assert session_list.ticket_of(opened(repo), "chat-2") == ""


def test_a_ticket_keeps_what_names_it_by_a_former_id(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, spans=(Span(ONE, 1, 2), Span(TWO, 3, 3)))
    archive(repo, "chat-2", 1, mentions=(TWO,))
    before = of(repo, TWO)

    assert repo.ticket("renumber", "PROJ-2", "--to", "PROJ-9").code == 0

    after = of(repo, TicketId("PROJ-9"))
    assert ([one.entries for one in after.listed], ids(after.mentioned)) == (["3-3"], ["chat-2"])
    assert after == before
    put(repo, 2, "another one", uid="01JD8Z6W5T3K9QG4R7M2XV1B0A")
    assert ids(of(repo, TicketId("PROJ-9")).listed) == []


def test_what_people_said_of_a_session_is_with_it(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, title="The agent's title")
    for at, kind, text in (
        (5, "title", "Avatars\n"),
        (6, "review", "reviewed"),
        (7, "review", "Good, but slow."),
        (8, "note", "See the second half."),
        (9, "move", "it was about that"),
        (10, "review", "reviewed half of it"),
    ):
        say(repo, at, 1, kind, "chat-1", text)

    (one,) = of(repo, ONE).listed

    assert (one.title, one.reviewed_by) == ("Avatars", ("Dana",))
    assert one.notes == (
        *("Good, but slow.", "See the second half.", "it was about that"),
        "reviewed half of it",
    )


def test_planned_ones_stand_until_an_archive_fulfils_them(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1)
    first, second = plan(repo, 5, 1, "Review", "chat-1"), plan(repo, 6, 1, "Test it")
    assert ids(of(repo, ONE).listed) == [second, "chat-1", first]

    archive(repo, "chat-2", 2, plan=first)

    assert ids(of(repo, ONE).listed) == [second, "chat-1"]
    assert ids(of(repo, TWO).listed) == ["chat-2"]


def test_what_is_planned_below_a_plan_is_below_the_session_that_it_became(repo: GitRepo) -> None:
    first = plan(repo, 5, 1, "Review")
    second = plan(repo, 6, 1, "Second look", first)
    archive(repo, "chat-1", 1, plan=first)
    archive(repo, "chat-0", 1, parent=first, started="2026-11-20T09:00:00Z")

    found = of(repo, ONE).listed

    assert [(one.id, one.parent) for one in found] == [
        ("chat-1", ""),
        (second, "chat-1"),
        ("chat-0", "chat-1"),
    ]


def test_everything_has_each_session_once_with_sub_sessions_under_their_parents(
    repo: GitRepo,
) -> None:
    archive(repo, "b-child", 2, parent="c-parent", started="2026-11-20T09:00:00Z")
    archive(repo, "a-other", 1, mentions=(TWO,))
    archive(repo, "c-parent", 1)

    found = session_list.everything(opened(repo))

    assert ids(found.listed) == ["a-other", "c-parent", "b-child"]
    assert [one.path[:25] for one in found.listed] == [
        *[".tickets/PROJ-1/sessions/"] * 2,
        ".tickets/PROJ-2/sessions/",
    ]


def test_a_live_session_is_active_until_it_is_archived(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-2", GIT_TICKET_SESSION="chat-9")
    (live,) = of(repo, TWO).listed
    assert (live.id, live.state, live.ticket) == ("chat-9", "active", "PROJ-2")

    archive(repo, "chat-9", 2)

    assert [(one.id, one.state) for one in of(repo, TWO).listed] == [("chat-9", "archived")]


def test_a_broken_file_is_said_with_its_line(repo: GitRepo) -> None:
    path = archive(repo, "chat-1", 1)
    path.write_text(path.read_text(encoding="utf-8").replace("id: chat-1", "id: [", 1), "utf-8")
    shown = Path(path).relative_to(repo.path).as_posix()

    for found in (of(repo, ONE), session_list.everything(opened(repo))):
        assert found.listed == ()
        assert [(one.path, one.line) for one in found.broken] == [(shown, 5)]
    assert of(repo, TWO).broken == ()


def test_sessions_behind_a_link_are_not_read_and_that_is_said(
    repo: GitRepo, tmp_path: Path
) -> None:
    path = archive(repo, "chat-1", 1)
    path.parent.rename(tmp_path / "elsewhere")
    path.parent.symlink_to(tmp_path / "elsewhere")

    for found in (of(repo, ONE), session_list.everything(opened(repo))):
        assert [one.message for one in found.broken] == [
            ".tickets/PROJ-1/sessions: a symbolic link, which is not followed"
        ]
    assert of(repo, TWO).broken == ()


def test_what_waits_is_told_as_it_is_also_of_an_archived_session(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1, SAID[:1])
    spool = GitRepo(repo.git_dir / "ticketer/pending", repo.environ)
    archive(spool, "chat-1", 1)
    broken = archive(spool, "chat-2", 2)
    broken.write_text("id: [", encoding="utf-8")

    every, first, second = (session_list.waiting(opened(repo), id) for id in (None, ONE, TWO))

    assert [(one.state, one.id, one.records) for one in every.listed] == [("pending", "chat-1", 3)]
    assert [one.path for one in every.broken] == [str(broken)]
    assert (first, second.listed) == (replace(every, broken=()), ())
    assert [one.path for one in second.broken] == [str(broken)]
    assert [one.state for one in session_list.everything(opened(repo)).listed] == ["archived"]


def test_those_that_nobody_reviewed_are_told_with_those_moved_here(repo: GitRepo) -> None:
    for session, number in (("chat-1", 1), ("chat-2", 1), ("chat-3", 1), ("chat-4", 2)):
        archive(repo, session, number, SAID)
    say(repo, 5, 1, "review", "chat-1", "reviewed")
    say(repo, 6, 2, "move", "chat-2", "moved from PROJ-1")
    plan(repo, 7, 1, "Review")

    assert ids(session_list.unreviewed(opened(repo), ONE)) == ["chat-3"]
    assert ids(session_list.unreviewed(opened(repo), TWO)) == ["chat-2", "chat-4"]
