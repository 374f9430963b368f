"""The real pre-commit in a repository, with our hooks in its configuration."""

from tests.support.git import GitRepo

EVENTS = ("prepare-commit-msg", "commit-msg", "post-checkout")
TYPES = tuple(word for event in EVENTS for word in ("-t", event))
CONFIG = ".pre-commit-config.yaml"
LOCAL = """\
repos:
- repo: local
  hooks:
"""
HOOK = """\
  - id: git-ticket-{event}
    name: git-ticket-{event}
    entry: git-ticket hook {event}
    language: system
    stages: [{event}]
    always_run: true
    require_serial: true
"""
SLOW = """\
  - id: slow
    name: slow
    entry: sh -c 'echo started >/dev/tty; exec sleep 600'
    language: system
    stages: [prepare-commit-msg]
    always_run: true
    pass_filenames: false
"""


def configure(repo: GitRepo, *, top: str = "", before: str = "", after: str = "") -> None:
    """Commit a configuration with our three hooks, other hooks `before` and `after` them, and the
    lines `top` above all.
    """
    hooks = "".join(HOOK.format(event=event) for event in EVENTS)
    repo.write(CONFIG, top + LOCAL + before + hooks + after)
    repo.git("add", CONFIG)
    repo.git("commit", "--quiet", "-m", "configure", GIT_TICKET="none")


def install(repo: GitRepo) -> None:
    """`pre-commit install` for the three events."""
    done = repo.run("pre-commit", "install", *TYPES)
    assert done.code == 0, done.out + done.err


def uninstall(repo: GitRepo) -> None:
    """`pre-commit uninstall` for the three events."""
    done = repo.run("pre-commit", "uninstall", *TYPES)
    assert done.code == 0, done.out + done.err


def snapshot(repo: GitRepo) -> tuple[dict[str, str], str, bool]:
    """All that a commit must not lose: the files, the index, and whether a lock is left."""
    files = {
        str(path.relative_to(repo.path)): path.read_text(encoding="utf-8")
        for path in repo.path.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    return files, repo.git("ls-files", "--stage"), (repo.git_dir / "index.lock").exists()
