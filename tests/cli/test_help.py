"""Help at every level, and what a slip of the fingers is answered with."""

import json
import sys
from collections.abc import Iterator

import click
import pytest

import git_ticketer
from git_ticketer.cli.app import COMMANDS, PROGRAM, group
from tests.support.git import GitRepo


def _paths(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of a command and of all commands in it."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _paths(inner, *words, name)


LEVELS = list(_paths(group))
levels = pytest.mark.parametrize("words", LEVELS, ids=lambda words: "-".join(words) or "top")


@levels
def test_help_is_the_same_however_it_is_asked_for(
    empty_repo: GitRepo, words: tuple[str, ...]
) -> None:
    asked = [
        empty_repo.run("git-ticket", *words, "-h"),
        empty_repo.run("git-ticket", *words, "--help"),
        empty_repo.ticket("help", *words),
    ]

    assert asked[0].out.startswith(f"Usage: {' '.join([PROGRAM, *words])} ")
    assert (asked[0].code, asked[0].err) == (0, "")
    assert asked[1:] == asked[:1] * 2


@levels
def test_help_has_no_mark_up_in_it_and_no_line_cut_off(
    empty_repo: GitRepo, words: tuple[str, ...]
) -> None:
    shown = empty_repo.ticket("help", *words).out

    assert "\\" not in shown
    assert [line for line in shown.splitlines()[1:] if line.endswith("...")] == []


def test_lines_that_belong_together_stay_lines(empty_repo: GitRepo) -> None:
    lines = empty_repo.ticket("attach", "-h").out.splitlines()

    examples = [line for line in lines if line.startswith("  git ticket attach ")]
    assert [line.split("  ")[1] for line in examples] == [
        "git ticket attach PROJ-123",
        "git ticket attach PROJ-123 --amend",
        "git ticket attach --none",
        "git ticket attach --resume",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_has_the_first_line_of_their_help(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None

    first = (command.help or "").partition("\n")[0]
    assert first == COMMANDS[name][1] + "."


def test_the_list_of_commands_has_every_command_with_its_line(empty_repo: GitRepo) -> None:
    shown = " ".join(empty_repo.ticket("-h").out.partition("\nCommands:\n")[2].split())

    listed = " ".join(" ".join([name, line]) for name, (_, line) in COMMANDS.items())
    assert shown.startswith(listed)


@pytest.mark.parametrize("words", [["help", "doctr"], ["doctr"]], ids=["help", "command"])
def test_an_unknown_command_is_answered_with_the_one_that_was_meant(
    empty_repo: GitRepo, words: list[str]
) -> None:
    done = empty_repo.ticket(*words)

    assert (done.code, done.out) == (2, "")
    said = "error: No such command 'doctr'. Did you mean 'doctor'?\n"
    assert done.err == f"{said}hint: git ticket -h\n"


@pytest.mark.parametrize("words", [["help"], []], ids=["help", "command"])
def test_an_unknown_command_of_a_group_is_answered_with_its_help(
    empty_repo: GitRepo, words: list[str]
) -> None:
    done = empty_repo.ticket(*words, "hooks", "remove")

    told = "error: No such command 'remove'.\nhint: git ticket hooks -h\n"
    assert (done.code, done.out, done.err) == (2, "", told)


def test_an_unknown_option_is_answered_with_the_one_that_was_meant(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("attach", "--resum")

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: No such option '--resum'. Did you mean '--resume'?\nhint: git ticket attach -h\n"
    )


@pytest.mark.parametrize("name", ["hooks", "session"])
def test_a_group_without_a_command_shows_its_help_as_git_does(
    empty_repo: GitRepo, name: str
) -> None:
    done = empty_repo.ticket(name)

    assert (done.code, done.out, done.err) == (2, "", empty_repo.ticket(name, "-h").out)


def test_the_version_is_that_of_the_package(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("--version")

    said = f"git-ticket {git_ticketer.__version__}\n"
    assert (done.code, done.out, done.err) == (0, said, "")


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["-h"], set()),
        (["--version"], set()),
        (["nonsense"], set()),
        (["help"], {"help"}),
        (["detach", "-h"], {"detach", "options", "render"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_only_the_module_of_the_command_is_imported(
    empty_repo: GitRepo, arguments: list[str], loaded: set[str]
) -> None:
    code = (
        "import json, sys; from git_ticketer.cli.app import run; run(sys.argv[1:]); "
        "print('\\n' + json.dumps([n for n in sys.modules if n.startswith('git_ticketer.cli.')]))"
    )
    done = empty_repo.run(sys.executable, "-c", code, *arguments)

    found = {name.rpartition(".")[2] for name in json.loads(done.out.splitlines()[-1])}
    assert found == {"app", "output"} | loaded
