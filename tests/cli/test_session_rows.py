"""`git ticket session list` at a terminal: a line a session, as wide as the terminal."""

from git_ticketer.cli.table import display_width
from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.sessions import archive
from tests.support.terminal import terminal

CHAT = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
NAMED = "chat-of-the-twenty-second"
TITLE = "Crop every avatar to a square before it is stored 画像を切り抜く"


def at_a_terminal(repo: GitRepo, columns: int) -> list[str]:
    """The lines of the list, the last session first."""
    environ = {**repo.environ, "GIT_PAGER": "cat", "COLUMNS": str(columns)}
    command = ("git", "ticket", "session", "list")
    with terminal(*command, folder=repo.path, environ=environ) as shown:
        assert shown.wait() == 0
        return shown.seen.splitlines()


def test_a_row_is_shortened_to_the_terminal_and_to_nothing_else(empty_repo: GitRepo) -> None:
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(empty_repo, 1, "Add an avatar")
    archive(empty_repo, CHAT, 1, title=TITLE)
    archive(empty_repo, NAMED, 1)

    narrow, wide = (at_a_terminal(empty_repo, columns) for columns in (80, 200))

    start = "archived  PROJ-1  2026-11-22 09:00  claude-code"
    assert sorted(narrow) == [f"{start}  0f1c2a9e-7f0b  Crop every avat…", f"{start}  {NAMED}"]
    assert f"{start}  0f1c2a9e-7f0b  {TITLE}" in wide
    assert max(map(display_width, narrow)) == 80
    whole = f"{start} 2.1.12  {CHAT}  {TITLE}\n"
    assert whole in empty_repo.ticket("session", "list").out


def test_what_a_row_shows_of_an_id_names_the_session(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "Add an avatar")
    archive(empty_repo, CHAT, 1)

    (line,) = at_a_terminal(empty_repo, 80)

    assert empty_repo.ticket("session", "show", line.split()[-1]).code == 0
