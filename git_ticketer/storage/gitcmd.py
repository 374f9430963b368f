"""The only place that starts git. No output is parsed that is not made for parsing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_ticketer.errors import TicketerError

if TYPE_CHECKING:
    import subprocess


class GitFailed(TicketerError):
    """A git command that ended badly: `arguments`, `code` and what it said."""

    def __init__(self, arguments: tuple[str, ...], code: int, said: str) -> None:
        name = next((word for word in arguments if not word.startswith("-")), arguments[0])
        super().__init__(f"git {name}: {telling_line(said) or f'exit code {code}'}")
        self.arguments = arguments
        self.code = code
        self.said = said


def telling_line(said: str) -> str:
    """The line of git's messages that names the trouble: the first error, else the last line."""
    lines = [line.strip() for line in said.splitlines()]
    lines = [line for line in lines if line and not line.startswith("hint:")]
    for line in lines:
        for label in ("fatal: ", "error: "):
            if line.startswith(label):
                return line.removeprefix(label)
    return lines[-1] if lines else ""


class GitMissing(TicketerError):
    """There is no git to run."""

    def __init__(self) -> None:
        super().__init__("git was not found", hint="install git 2.30 or later")


@dataclass(frozen=True)
class Git:
    """git, run in `folder` with environment `environ`."""

    folder: str
    environ: Mapping[str, str]

    def run(self, *arguments: str, input: bytes | None = None) -> bytes:
        """Run `git ARGUMENTS...` and return its output; raises GitFailed or GitMissing."""
        done = self.attempt(*arguments, input=input)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace")
            raise GitFailed(arguments, done.returncode, said)
        return done.stdout

    def attempt(
        self, *arguments: str, input: bytes | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run git and return how it ended; raises GitMissing."""
        import subprocess

        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env=dict(self.environ),
                input=input if input is not None else b"",
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            if error.filename == self.folder:
                raise
            raise GitMissing from None

    def text(self, *arguments: str) -> str:
        """The output of git without its last line end, undecodable bytes kept by surrogates."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").removesuffix("\n")

    def version(self) -> tuple[int, ...]:
        """Git's version as numbers, such as (2, 39, 5)."""
        word = self.text("version").split()[2]
        return tuple(int(part) for part in word.split(".")[:3] if part.isdigit())

    def config(self, key: str) -> str:
        """The value of one configuration key, empty where it is not set."""
        return self.attempt("config", "--get", key).stdout.decode("utf-8", "replace").rstrip("\n")
