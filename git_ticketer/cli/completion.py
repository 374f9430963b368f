"""`git ticket completion`: completion for bash and zsh, printed or installed for this user."""

import os
import shlex
from pathlib import Path

import click

from git_ticketer.cli import output
from git_ticketer.cli.man import data_home, place, shipped

SHIPPED = {
    "bash": ("bash-completion/completions/git-ticket", "docs/completion/git-ticket.bash"),
    "zsh": ("zsh/site-functions/_git-ticket", "docs/completion/_git-ticket"),
}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(SHIPPED)), metavar="bash|zsh")
@click.option("--install", is_flag=True, help="Put it where the shell finds it for this user.")
def command(shell: str, install: bool) -> None:
    """Print or install completion for bash or zsh.

    It completes `git ticket` as well as `git-ticket`. bash needs the package bash-completion and
    git's own completion, which most systems have.
    """
    source = shipped(*SHIPPED[shell])
    if not install:
        click.echo(source.read_text(encoding="utf-8"), nl=False)
        return
    target = data_home(os.environ) / SHIPPED[shell][0]
    if shell == "bash" and os.environ.get("BASH_COMPLETION_USER_DIR"):
        target = Path(os.environ["BASH_COMPLETION_USER_DIR"], "completions/git-ticket")
    output.say(place(source, target))
    if shell == "zsh":
        folder = shlex.quote(str(target.parent))
        output.note("hint", f"in ~/.zshrc, before compinit: fpath=({folder} $fpath)")
    else:
        output.say("A new bash completes git ticket, with bash-completion loaded")
