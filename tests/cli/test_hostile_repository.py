"""A cloned repository is hostile: no command reads, writes or shows anything outside of it."""

from pathlib import Path

import pytest

from tests.support.git import GitRepo

SECRET = "do-not-show-this"
UID = "01JD8Z6W5T3K9QG4R7M2XV1B0"
TICKET = f"uid: {UID}A\n\nid: PROJ-1\n\ntitle: One\n\nstatus: planned\n"
OUTSIDE = f"uid: {UID}B\nid: PROJ-2\ntitle: {SECRET}\nstatus: planned\nlabels: [x]\n"
COMMENT = f"ticket: PROJ-2\nticket_uid: {UID}B\ncreated: 2026-11-22T09:00:00Z\ntext: {SECRET}\n"

COMMANDS = (
    ("list", "--all"),
    ("list", "--all", "--json"),
    ("list", "has:comment", "--json"),
    ("search", "not"),
    ("board", "--all"),
    ("tree",),
    ("next",),
    ("show", "PROJ-2"),
    ("show", "PROJ-2", "--json"),
    ("show", "PROJ-2", "--ref", "HEAD"),
    ("todo", "PROJ-2"),
    ("edit", "PROJ-2", "--title", "New", "--remove-label", "x"),
    ("comment", "PROJ-2", "-m", "text"),
    ("subtask", "add", "PROJ-2", "step"),
    ("criterion", "add", "PROJ-2", "true"),
    ("link", "PROJ-2", "blocks", "PROJ-1"),
    ("link", "PROJ-1", "child", "PROJ-2"),
    ("move", "PROJ-2", "in-progress"),
    ("start", "PROJ-2"),
    ("close", "PROJ-2", "--force"),
    ("create", "Child", "--parent", "PROJ-2"),
    ("attach", "PROJ-2"),
    ("lint",),
    ("lint", "--fix"),
    ("diff",),
    ("renumber", "PROJ-2"),
    ("renumber", "PROJ-2", "--to", "PROJ-90"),
    ("init",),
    ("doctor",),
    ("status",),
)
LINKS = {
    "the file": ".tickets/PROJ-2/ticket.yaml",
    "the ticket's folder": ".tickets/PROJ-2",
    "the comments": ".tickets/PROJ-2/comments",
    "a comment": f".tickets/PROJ-2/comments/{UID}C.yaml",
    "the folder of all": ".tickets",
}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("place", LINKS)
def test_a_link_out_of_the_repository_leads_no_command_there(
    repo: GitRepo, tmp_path: Path, place: str
) -> None:
    outside = tmp_path / "outside"
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    repo.write(".tickets/PROJ-2/ticket.yaml", OUTSIDE)
    repo.write(f".tickets/PROJ-2/comments/{UID}C.yaml", COMMENT)
    link = repo.path / LINKS[place]
    outside.mkdir()
    link.rename(outside / "target")
    link.symlink_to(outside / "target")
    shown_anyway = place in ("the comments", "a comment")  # the title is inside, and may be shown
    if shown_anyway:
        path = repo.path / ".tickets/PROJ-2/ticket.yaml"
        path.write_text(OUTSIDE.replace(SECRET, "Two"), encoding="utf-8")
    repo.git("add", "--all")
    repo.commit("hostile")
    before = everything(outside)

    for command in COMMANDS:
        done = repo.ticket(*command)
        assert SECRET not in done.out + done.err, command
        assert done.code in (0, 1, 2, 3, 4), (command, done)
        assert everything(outside) == before, command
        assert link.is_symlink(), command


@pytest.mark.parametrize(
    "target",
    ["/dev/zero", "/dev/full", "fifo", "../../.git/config", "ticket.yaml", "/"],
)
def test_what_is_no_file_neither_hangs_nor_breaks_a_command(repo: GitRepo, target: str) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    folder = repo.path / ".tickets/PROJ-2"
    folder.mkdir()
    if target == "fifo":
        repo.run("mkfifo", str(folder / "ticket.yaml"))
    else:
        (folder / "ticket.yaml").symlink_to(target)
    config = (repo.git_dir / "config").read_bytes()

    for command in COMMANDS:
        done = repo.ticket(*command)
        assert done.code in (0, 1, 2, 3, 4), (command, done)
    assert "PROJ-1" in repo.ticket("list").out
    assert (repo.git_dir / "config").read_bytes().startswith(config)


@pytest.mark.parametrize(
    "word",
    [
        "../PROJ-1",
        "PROJ-1/../PROJ-1",
        "PROJ-1\n",
        "PROJ-\uff11",
        ".git",
        "-1",
        "PROJ-0",
        "PROJ-1/",
        "",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("command", ["show", "edit", "comment", "attach", "renumber", "todo"])
def test_only_an_id_is_an_id(repo: GitRepo, command: str, word: str) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    more = {"edit": ("--title", "x"), "comment": ("-m", "x")}.get(command, ())

    done = repo.ticket(command, *more, "--", word)

    assert (done.code, done.out) == (2, ""), done
    assert done.err.startswith("error: ")
    assert (repo.path / ".tickets/PROJ-1/ticket.yaml").read_text(encoding="utf-8") == TICKET


def test_a_configuration_names_no_program_and_no_path(repo: GitRepo, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    repo.write(
        ".tickets/config.yaml",
        f"prefix: PROJ\neditor: touch {evil}\npager: touch {evil}\nalias: '!touch {evil}'\n"
        f"url_template: 'https://x/{{id}}$(touch {evil})'\n",
    )
    repo.write(
        ".tickets/PROJ-1/ticket.yaml", TICKET.replace("One", f"$(touch {evil})`touch {evil}`")
    )

    for command in COMMANDS:
        repo.ticket(*(word.replace("PROJ-2", "PROJ-1") for word in command))
    assert not evil.exists()
