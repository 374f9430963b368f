"""The context of a ticket: what is in it, wherever the ticket is."""

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Criterion, Link, Subtask
from git_ticketer.model.transcript import ASSISTANT, USER, Entry, Span
from git_ticketer.ops import context
from git_ticketer.ops.context import Context, Note, Related
from git_ticketer.ops.context_text import LABEL
from git_ticketer.ops.lookup import NoCurrentTicket
from git_ticketer.ops.workspace import Workspace, open_workspace
from git_ticketer.storage.tickets import NoSuchTicket
from tests.support.cached import DAY, put
from tests.support.git import GitRepo
from tests.support.sessions import SAID, archive, say

ONE, TWO = TicketId("PROJ-1"), TicketId("PROJ-2")
CHAT = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"


def work(repo: GitRepo, **environ: str) -> Workspace:
    return open_workspace(str(repo.path), repo.environ | environ)


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """A ticket with everything, and three that have to do with it."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.commit("first")
    put(
        empty_repo,
        1,
        "Add `avatar` upload",
        type="task",
        status="in-progress",
        priority="high",
        parent="PROJ-3",
        assignee="dana@example.com",
        labels=("backend",),
        created_by="Dana <dana@example.com>",
        description="Users upload an avatar.\n\n```\ncode\n```\n",
        requirements="JPEG, PNG\n",
        criteria=(Criterion("k3f9", "It is square"), Criterion("k4f9", "It is round", done=True)),
        subtasks=(Subtask("a7c2", "Crop", "in-progress"), Subtask("f0d1", "Test", "done")),
        links=(Link("blocks", "PROJ-2"), Link("relates-to", "https://x.example/1")),
    )
    put(empty_repo, 2, "Show the avatar", status="backlog")
    put(empty_repo, 3, "Profiles", status="in-progress")
    put(empty_repo, 4, "Resize", status="done", parent="PROJ-1")
    say(empty_repo, 5, 1, "comment", "", "Which size?")
    archive(empty_repo, CHAT, 1, title="Avatar")
    say(empty_repo, 6, 1, "note", CHAT, "The upload works, the preview does not.")
    return empty_repo


def test_everything_about_a_ticket_stands_in_its_context(repo: GitRepo) -> None:
    assert (
        context.markdown(context.build(work(repo), "PROJ-1"))
        == f"""\
{LABEL}

# PROJ-1: ``Add `avatar` upload``

- Status: `in-progress`
- Type: `task`
- Priority: `high`
- Parent: `PROJ-3`
- Assignee: `dana@example.com`
- Created by: `Dana <dana@example.com>`
- Created: `2026-11-22T09:00:00Z`
- Labels: `backend`

## Description

````text
Users upload an avatar.

```
code
```
````

## Requirements

```text
JPEG, PNG
```

## Open criteria (1 of 2 done)

- [ ] `k3f9`: `It is square`

## Open subtasks (1 of 2 done)

- [ ] `a7c2` `in-progress`: `Crop`

## Related tickets

- `parent` `PROJ-3` `in-progress` `Profiles`
- `blocks` `PROJ-2` `backlog` `Show the avatar`
- `relates-to` `https://x.example/1`
- `child` `PROJ-4` `done` `Resize`

## Last sessions

- `2026-11-22` archived `claude-code 2.1.12` `{CHAT}` `Avatar`
  - first prompt: `Please add an avatar`
  - `Dana` noted: `The upload works, the preview does not.`

## Last comments

- `2026-11-22T09:00:00Z` `Dana`: `Which size?`
"""
    )


def test_the_document_holds_the_same(repo: GitRepo) -> None:
    found = context.as_json(context.build(work(repo), "1"))

    assert found["ticket"]["criteria"] == {
        "open": [{"key": "k3f9", "text": "It is square"}],
        "done": 1,
    }
    assert found["ticket"]["description"] == "Users upload an avatar.\n\n```\ncode\n```"
    assert found["related"][1] == {
        "kind": "blocks",
        "id": "PROJ-2",
        "title": "Show the avatar",
        "status": "backlog",
    }
    note = {"author": "Dana", "text": "The upload works, the preview does not."}
    assert found["sessions"][0]["notes"] == [note]
    assert found["sessions"][0]["prompt"] == "Please add an avatar"
    assert found["comments"] == [{"author": "Dana", "created": DAY, "text": "Which size?"}]
    assert (found["note"], found["left_out"]) == (LABEL, {})


def test_links_are_seen_from_the_other_end(repo: GitRepo) -> None:
    related = context.build(work(repo), "PROJ-2").related

    assert related == (Related("blocked-by", "PROJ-1", "Add `avatar` upload", "in-progress"),)


def test_without_a_word_it_is_the_ticket_of_this_session(repo: GitRepo) -> None:
    with pytest.raises(NoCurrentTicket):
        context.build(work(repo))
    repo.ticket("attach", "PROJ-2")

    assert context.build(work(repo)).id == TWO


def test_a_ticket_of_another_tracker_has_its_id_and_its_address(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\nurl_template: https://x.example/{id}\n")

    found = context.build(work(repo), "JIRA-7")

    assert found == Context(TicketId("JIRA-7"), known=False, url="https://x.example/JIRA-7")
    assert context.markdown(found) == (
        f"{LABEL}\n\nJIRA-7 is a ticket of another tracker, nothing of it is in this repository."
        " It is at `https://x.example/JIRA-7`.\n"
    )
    assert context.as_json(found)["known"] is False


def test_an_id_of_this_repository_that_nobody_has_is_an_error(repo: GitRepo) -> None:
    with pytest.raises(NoSuchTicket, match="there is no ticket PROJ-9"):
        context.build(work(repo), "PROJ-9")


def test_a_former_id_is_enough(repo: GitRepo) -> None:
    put(repo, 5, "Renumbered", aliases=(TicketId("PROJ-12"),))

    assert context.build(work(repo), "PROJ-12").id == "PROJ-5"


def test_a_ticket_of_another_branch_is_read_from_there(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("add", ".tickets")
    repo.commit("tickets")
    repo.git("checkout", "-q", "main")

    found = context.build(work(repo), "PROJ-1")

    assert (found.where, found.known) == ("topic", True)
    assert found.ticket is not None
    assert found.ticket.title == "Add `avatar` upload"
    assert [one.text for one in found.comments] == [
        "The upload works, the preview does not.",
        "Which size?",
    ]
    assert "- Not in this work tree, read from: `topic`\n" in context.markdown(found)


def test_a_ticket_that_only_another_worktree_has_is_said_to_be_there(repo: GitRepo) -> None:
    other = repo.worktree(repo.path.parent / "other", "topic")

    found = context.build(work(other), "PROJ-2")

    assert found == Context(TWO, known=True, where=str(repo.path))
    assert f"PROJ-2 is not in this work tree, it is in `{repo.path}`.\n" in context.markdown(found)


def test_of_many_sessions_the_last_ones_are_told_the_newest_first(repo: GitRepo) -> None:
    for day in range(10, 17):
        started = f"2026-10-{day}T09:00:00Z"
        archive(repo, f"chat-{day}", 2, started=started, ended=started)
    archive(repo, "subagent", 2, parent="chat-10")
    archive(repo, "told", 2, parent="chat-10")
    say(repo, 5, 2, "note", "told", "It found the bug.")

    found = context.build(work(repo), "PROJ-2").sessions

    assert [one.id for one in found] == ["told", "chat-16", "chat-15", "chat-14", "chat-13"]
    assert [one.date for one in found][:2] == ["2026-11-22", "2026-10-16"]


def test_a_planned_session_is_told_too(repo: GitRepo) -> None:
    repo.ticket("session", "plan", "PROJ-2", "Code review")

    [found] = context.build(work(repo), "PROJ-2").sessions

    assert (found.state, found.title, found.prompt) == ("planned", "Code review", "")


def test_a_first_prompt_is_found_in_a_large_archive_and_cut(repo: GitRepo) -> None:
    long = "please " * 30
    said = (
        Entry(ASSISTANT, text="Hello"),
        Entry(USER, text=long),
        *(Entry(ASSISTANT, text="word " * 4000) for _ in range(20)),
    )
    archive(repo, "large", 2, said)
    archive(repo, "pasted", 2, (Entry(USER, text="log line\n" * 20_000), *SAID))

    prompts = {one.id: one.prompt for one in context.build(work(repo), "PROJ-2").sessions}

    assert prompts == {
        "large": f"{long[:119]}…",
        "pasted": f"{('log line ' * 20)[:119]}…",
    }


def test_a_note_is_found_where_a_session_lies_that_crossed_the_ticket(repo: GitRepo) -> None:
    archive(repo, "both", 2, spans=(Span(TWO, 1, 1), Span(ONE, 2, 3)))
    say(repo, 9, 2, "note", "both", "Half of it is for PROJ-1.")

    sessions = context.build(work(repo), "PROJ-1").sessions

    assert [one.notes for one in sessions if one.id == "both"] == [
        (Note("Dana", "Half of it is for PROJ-1."),)
    ]
