"""Who writes: the author that git would put on a commit."""

from git_ticketer.errors import TicketerError
from git_ticketer.storage.gitcmd import Git


class NoIdentity(TicketerError):
    """Git does not know who the user is."""

    def __init__(self) -> None:
        super().__init__(
            "git does not know your name and e-mail address",
            hint="git config --global user.email you@example.com",
        )


def author(git: Git) -> str:
    """`Name <address>`, as git takes it from the environment and its configuration.

    Raises: NoIdentity.
    """
    done = git.attempt("var", "GIT_AUTHOR_IDENT")
    text = done.stdout.decode("utf-8", "replace")
    name, mark, _ = text.rpartition("> ")
    if done.returncode or not mark:
        raise NoIdentity
    return name + ">"


def address(person: str) -> str:
    """The address in `Name <address>`; the text itself where it has none."""
    inside = person.rpartition("<")[2].removesuffix(">")
    return inside or person
