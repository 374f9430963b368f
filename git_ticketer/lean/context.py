"""What every hook event works with: the live state, and trouble that stays one line."""

from . import decide
from .decide import Association
from .gitdir import GitDir
from .ids import InvalidId
from .live import Live
from .settings import is_current, is_of, load, team_config


class Context(Live):
    """The live state as a hook sees it: what cannot be read or stored is one line, no more."""

    __slots__ = ("event", "refreshed", "unstored")

    def __init__(self, event: str, git: GitDir, environ: dict[bytes, bytes]) -> None:
        self.event = event
        self.refreshed = False
        self.unstored = False
        announced = problem = None
        try:
            announced = decide.announced(environ)
        except InvalidId as error:
            problem = error
        super().__init__(git, environ, announced)
        if problem:
            self.trouble(f"{problem}; it is ignored")
        if self.settings.problems:
            reason = self.settings.problems[0]
            self.trouble(f"the settings snapshot is broken ({reason}); it is written anew")
        if self.settings.problems or not is_of(self.settings, team_config()):
            self.refresh_settings()

    def refresh_settings(self) -> bool:
        """Bring the settings up to date where the snapshot is missing or old; True if it was.

        Starts the full program, once for a hook.
        """
        settings = self.settings
        if self.refreshed or (not settings.problems and is_current(settings, team_config())):
            return False
        self.refreshed = True
        from .refresh import refresh

        if not refresh():
            self.trouble("the settings could not be read anew; see: git ticket doctor")
            return False
        self.settings = load(self.git.shared) or settings
        self.store.timeout = self.settings.timeout
        return True

    def trouble(self, text: str) -> None:
        """Report and log that something of ours went wrong."""
        from . import report

        report.trouble(self.git.shared, self.event, text)

    def association(self) -> Association:
        """The association in force; a GIT_TICKET that is no id leaves the work undecided."""
        try:
            return super().association()
        except InvalidId as problem:
            self.trouble(f"GIT_TICKET is {problem}; this commit is not tagged")
            return Association(decide.UNDECIDED, origin="environment")

    def renew(self) -> None:
        """Record activity, which starts a session on first use and ends an idle one."""
        if not self.store.needs_renewal(self.now):
            return
        from . import session_change

        corrupt = self.store.corrupt
        try:
            session_change.renew(self.store, self.now)
        except OSError as error:
            self._say_unstored("session", error)
            return
        for broken in corrupt:
            self.trouble(f"{broken}; moved aside, the session starts anew")

    def log(self, kind: str, association: Association, note: str = "") -> None:
        """Write a line of the journal; without it the commit is made all the same."""
        try:
            self.record(kind, association, note)
        except OSError as error:
            self._say_unstored("journal", error)

    def _say_unstored(self, what: str, error: OSError) -> None:
        """Report once that the live state cannot be written."""
        if not self.unstored:
            self.trouble(f"the {what} could not be stored: {error}")
        self.unstored = True


def message_file(arguments: list[str], environ: dict[bytes, bytes]) -> str:
    """The path of the message file; pre-commit may call a hook without it (its `files:` filter).

    Raises: OSError where no git dir is found.
    """
    if arguments:
        return arguments[0]
    from .gitdir import of_folder

    return of_folder(".", environ).path + "/COMMIT_EDITMSG"
