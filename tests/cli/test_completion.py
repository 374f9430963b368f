"""Completion as it is typed: real bash and zsh in a terminal, with git's own completion."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support.git import GitRepo
from tests.support.terminal import Terminal, terminal

SOURCES = Path(__file__).parents[2] / "docs/completion"
FILES = {
    "bash": (SOURCES / "git-ticket.bash", "bash-completion/completions/git-ticket"),
    "zsh": (SOURCES / "_git-ticket", "zsh/site-functions/_git-ticket"),
}
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
GIT_BASH_COMPLETION = Path("/usr/share/bash-completion/completions/git")

# Ctrl-X a inserts every possible completion, Ctrl-X s shows the command line between < and >.
BASHRC = f"""\
source {BASH_COMPLETION}
bind '"\\C-xa": insert-completions'
bind -x '"\\C-xs": printf "<%s>\\n" "$READLINE_LINE"'
PS1='ready> '
"""
ZSHRC = """\
fpath=(~/.local/share/zsh/site-functions $fpath)
autoload -Uz compinit
compinit -u -d ~/.zcompdump
bindkey -e
zle -C all-matches complete-word _generic
bindkey '^Xa' all-matches
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert true
show() { zle auto-suffix-retain; zle -I; print -r -- "<$BUFFER>" }
zle -N show
bindkey '^Xs' show
PS1='ready> '
"""

needs_bash = pytest.mark.skipif(
    not (shutil.which("bash") and BASH_COMPLETION.exists() and GIT_BASH_COMPLETION.exists()),
    reason="needs bash, bash-completion and git's completion file",
)
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
shells = pytest.mark.parametrize("shell", list(FILES))

Shell = Callable[[GitRepo], AbstractContextManager[Terminal]]


@contextmanager
def bash(repo: GitRepo) -> Iterator[Terminal]:
    rc = Path(repo.environ["HOME"], "bashrc")
    rc.write_text(BASHRC, encoding="utf-8")
    command = ("bash", "--noprofile", "--rcfile", str(rc), "-i")
    with terminal(*command, folder=repo.path, environ=repo.environ, leader=False) as shown:
        yield shown


@contextmanager
def zsh(repo: GitRepo) -> Iterator[Terminal]:
    home = repo.environ["HOME"]
    Path(home, ".zshrc").write_text(ZSHRC, encoding="utf-8")
    environ = {**repo.environ, "ZDOTDIR": home, "TERM": "vt100"}
    command = ("zsh", "-d", "-i")
    with terminal(*command, folder=repo.path, environ=environ, leader=False) as shown:
        yield shown


both = pytest.mark.parametrize(
    "shell",
    [pytest.param(bash, marks=needs_bash, id="bash"), pytest.param(zsh, marks=needs_zsh, id="zsh")],
)


def completed(shell: Shell, repo: GitRepo, typed: str, key: str = "\t") -> str:
    """The command line after `typed` and the key, as the shell itself then holds it."""
    name = "bash" if shell is bash else "zsh"
    assert repo.ticket("completion", name, "--install").code == 0
    with shell(repo) as shown:
        shown.expect("ready> ", 60)
        shown.send(typed + key + "\x18s")
        shown.expect(">\n", 60)
    return shown.seen.partition(">\n")[0].rpartition("<")[2]


@both
@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("git ticket ho", "git ticket hooks "),
        ("git ticket hooks un", "git ticket hooks uninstall "),
        ("git ticket attach --no", "git ticket attach --none "),
        ("git ticket completion z", "git ticket completion zsh "),
        ("git -C . ticket dem", "git -C . ticket demo "),
        ("git-ticket ho", "git-ticket hooks "),
        ("git-ticket session in", "git-ticket session info "),
        ("git tick", "git ticket "),
    ],
)
def test_tab_completes_commands_and_options(
    shell: Shell, empty_repo: GitRepo, typed: str, whole: str
) -> None:
    assert completed(shell, empty_repo, typed) == whole


@both
@pytest.mark.parametrize("program", ["git ticket", "git-ticket"])
def test_the_commands_of_a_group_are_offered_and_nothing_else(
    shell: Shell, empty_repo: GitRepo, program: str
) -> None:
    line = completed(shell, empty_repo, f"{program} hooks ", "\x18a")

    assert line.split() == [*program.split(), "hooks", "install", "status", "uninstall"]


@both
@pytest.mark.parametrize("program", ["git ticket", "git-ticket"])
def test_a_file_name_is_not_offered_as_a_ticket(
    shell: Shell, empty_repo: GitRepo, program: str
) -> None:
    empty_repo.write("PROJ-file", "")

    typed = f"{program} attach PROJ"
    assert completed(shell, empty_repo, typed) == typed


@both
def test_an_alias_of_git_ticket_completes_like_it(shell: Shell, empty_repo: GitRepo) -> None:
    empty_repo.git("config", "alias.tk", "ticket")

    assert completed(shell, empty_repo, "git tk hooks un") == "git tk hooks uninstall "


@shells
def test_completion_prints_the_shipped_file(shell: str, empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("completion", shell)

    assert (done.code, done.out, done.err) == (0, FILES[shell][0].read_text("utf-8"), "")


@shells
def test_install_links_the_file_into_the_data_folder_of_the_user(
    shell: str, empty_repo: GitRepo, tmp_path: Path
) -> None:
    source, name = FILES[shell]
    data = tmp_path / "data"

    done = empty_repo.ticket("completion", shell, "--install", XDG_DATA_HOME=str(data))

    assert done.out.splitlines()[0] == f"Linked {data / name} to {source}"
    assert (data / name).read_bytes() == source.read_bytes()


def test_a_folder_of_bash_completion_that_the_user_named_is_taken(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    named = str(tmp_path / "own")
    empty_repo.ticket("completion", "bash", "--install", BASH_COMPLETION_USER_DIR=named)

    installed = tmp_path / "own/completions/git-ticket"
    assert installed.read_bytes() == FILES["bash"][0].read_bytes()


def test_install_for_zsh_says_which_line_is_needed(empty_repo: GitRepo, tmp_path: Path) -> None:
    data = tmp_path / "my data"
    done = empty_repo.ticket("completion", "zsh", "--install", XDG_DATA_HOME=str(data))

    line = f"fpath=('{data}/zsh/site-functions' $fpath)"
    assert done.err == f"hint: in ~/.zshrc, before compinit: {line}\n"


@shells
def test_a_second_install_changes_nothing(shell: str, empty_repo: GitRepo) -> None:
    target = Path(empty_repo.environ["HOME"], ".local/share", FILES[shell][1])
    empty_repo.ticket("completion", shell, "--install")

    done = empty_repo.ticket("completion", shell, "--install")

    assert (done.code, done.out.splitlines()[0]) == (0, f"{target} is in place")
    assert target.is_symlink()


@shells
def test_a_file_of_somebody_else_is_kept(shell: str, empty_repo: GitRepo) -> None:
    target = Path(empty_repo.environ["HOME"], ".local/share", FILES[shell][1])
    target.parent.mkdir(parents=True)
    target.write_text("# mine\n", encoding="utf-8")

    done = empty_repo.ticket("completion", shell, "--install")

    told = f"error: {target} is not of git-ticketer\nhint: ls -l {target}\n"
    assert (done.code, done.out, done.err) == (1, "", told)
    assert target.read_text("utf-8") == "# mine\n"


def test_another_shell_is_a_usage_error_that_names_the_two(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("completion", "tcsh")

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: Invalid value for 'bash|zsh': 'tcsh' is not one of 'bash', 'zsh'.\n"
        "hint: git ticket completion -h\n"
    )
