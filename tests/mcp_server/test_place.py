"""The server speaks for one worktree, whatever becomes of it."""

import shutil
from pathlib import Path

from tests.support.git import GitRepo, create
from tests.support.mcp import Talk, in_memory

WHERE = "start the MCP server where the worktree is now"


def test_a_worktree_that_was_removed_is_said_not_to_be_there_and_is_not_made_anew(
    work: GitRepo,
) -> None:
    work.git("add", ".tickets")
    work.commit("team")
    other = work.worktree(work.path.parent / "other", "topic")

    async def script(talk: Talk) -> None:
        assert (await talk.call("get_session_info"))["success"] is True
        shutil.rmtree(other.path)  # git knows of it still
        for tool, arguments in (
            ("get_session_info", {}),
            ("attach_ticket", {"action": "none"}),
            ("ticket_create", {"title": "x", "parent_epic": None}),
        ):
            done = await talk.call(tool, **arguments)
            gone = f"the worktree that this server speaks for is not there: {other.path}"
            assert (done["success"], done["error"], done["hint"]) == (False, gone, WHERE)

    in_memory(other, script)
    assert not other.path.exists()


def test_the_repository_around_a_nested_one_is_never_spoken_for(work: GitRepo) -> None:
    inner = create(work.path / "vendor/inner", work.environ)

    async def script(talk: Talk) -> None:
        assert (await talk.call("attach_ticket", action="none"))["success"] is True
        shutil.rmtree(inner.path / ".git")
        done = await talk.call("attach_ticket", action="set", ticket_id="EPIC-7")
        assert (done["success"], done["hint"]) == (False, WHERE)

    in_memory(inner, script)
    assert "EPIC-7" not in work.ticket("status").out


def test_a_folder_without_a_repository_says_how_to_start_the_server(
    work: GitRepo,
) -> None:
    outside = work.path.parent / "outside"
    outside.mkdir()

    async def script(talk: Talk) -> None:
        done = await talk.call("ticket_list")
        assert done == {
            "success": False,
            "error": f"not in a git repository: {outside}",
            "hint": "start the MCP server inside a repository, or with: git ticket mcp --repo PATH",
        }

    in_memory(GitRepo(outside, work.environ), script)


def test_a_refusal_of_the_system_names_the_file_and_what_to_do(work: GitRepo) -> None:
    assert work.ticket("create", "One", "--no-parent").code == 0
    comments = work.write(".tickets/PROJ-1/comments", "in the way\n")

    async def script(talk: Talk) -> None:
        done = await talk.call("ticket_comment", ticket_id="PROJ-1", text="x")
        assert done == {
            "success": False,
            "error": f"{comments}: File exists",
            "hint": "git ticket doctor",
        }

    in_memory(work, script)


def test_what_the_environment_overrules_is_said(work: GitRepo) -> None:
    said = "GIT_TICKET is set for this server and counts more; unset GIT_TICKET"
    told = GitRepo(work.path, work.environ | {"GIT_TICKET": "EPIC-1"})

    async def script(talk: Talk) -> None:
        other = await talk.call("attach_ticket", action="set", ticket_id="EPIC-7")
        same = await talk.call("attach_ticket", action="set", ticket_id="epic-1")
        none = await talk.call("attach_ticket", action="none")
        assert (other["overruled"], none["overruled"]) == (said, said)
        assert "overruled" not in same

    in_memory(told, script)


def test_an_sdk_that_is_too_old_is_one_line_with_what_to_install(
    work: GitRepo, tmp_path: Path
) -> None:
    (tmp_path / "mcp").mkdir()
    (tmp_path / "mcp/__init__.py").write_text("", encoding="utf-8")

    done = work.ticket("mcp", PYTHONPATH=str(tmp_path))

    assert (done.code, done.err) == (
        1,
        "error: the MCP server needs the package mcp, 2.3 or later\n"
        "hint: pip install 'git-ticketer[mcp]'\n",
    )
