"""Templates and unusual messages in an editor: the block is one, proper, and where git reads it."""

from pathlib import Path

import pytest

from tests.support.git import GitRepo


def editor(folder: Path, script: str) -> str:
    """An editor that runs a Python `script` on the list `lines` of the message."""
    path = folder / "editor.py"
    path.write_text(
        "import sys\n"
        "path = sys.argv[1]\n"
        "lines = open(path, encoding='utf-8').read().split('\\n')\n"
        f"{script}\n"
        "open(path, 'w', encoding='utf-8').write('\\n'.join(lines))\n",
        encoding="utf-8",
    )
    return f"python3 {path}"


def commit(repo: GitRepo, tmp_path: Path, template: str, script: str) -> str:
    """Commit with a template, typing by `script`, and return the message."""
    repo.ticket("attach", "PROJ-1")
    path = tmp_path / "template"
    path.write_text(template, encoding="utf-8")
    arguments = ("commit", "-q", "--allow-empty", "-t", str(path))
    repo.git(*arguments, GIT_EDITOR=editor(tmp_path, script))
    return repo.message()


def trailers(repo: GitRepo) -> str:
    session = repo.ticket("session", "info").out.split()[1]
    return f"Ticket: PROJ-1\nTicket-Session: {session}\n"


def test_text_under_the_headings_of_a_template_stays_apart_from_the_block(
    repo: GitRepo, tmp_path: Path
) -> None:
    script = "lines[0] = 'title'; at = lines.index('What:'); lines[at + 1:at + 1] = ['- crop']"
    message = commit(repo, tmp_path, "\n\nWhy:\n\nWhat:\n", script)

    assert message == f"title\n\nWhy:\n\nWhat:\n- crop\n\n{trailers(repo)}"
    assert repo.tickets() == ["PROJ-1"]


@pytest.mark.parametrize("template", ["\nTicket: \n", "\nWhy:\n\n# help\n"], ids=ascii)
def test_a_title_above_a_heading_does_not_swallow_the_block(
    repo: GitRepo, tmp_path: Path, template: str
) -> None:
    commit(repo, tmp_path, template, "lines[0] = 'title'; lines[1:1] = ['']")

    assert repo.git("log", "-1", "--format=%s") == "title"
    assert repo.tickets() == ["PROJ-1"]


def test_an_empty_ticket_line_of_a_template_is_no_ticket(repo: GitRepo, tmp_path: Path) -> None:
    commit(repo, tmp_path, "\n\nTicket: \nReviewed-by: \n", "lines[0] = 'title'")

    assert repo.tickets() == ["PROJ-1"]


def test_a_line_that_looks_like_a_comment_stays_above_the_block(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    message = "title\n\n@dana please look"
    repo.git("commit", "-q", "--allow-empty", "--no-status", "-e", "-m", message, GIT_EDITOR="true")

    assert repo.message() == f"{message}\n\n{trailers(repo)}"
    assert repo.tickets() == ["PROJ-1"]
