"""The hook events, and the boundary around them.

A hook may only tag, ask or leave alone. Whatever goes wrong ends in one line and exit 0, because
git must not be blocked by us; ABORT is for the person or the team's `require` setting that said
no. The shims in `hooks/` turn ABORT into exit 1 and anything else into 0.
"""

ABORT = 10


def main(argv: list[str], environ: dict[bytes, bytes]) -> int:
    """Run the hook event `argv[0]` with its arguments; return 0, or ABORT to stop git."""
    event, arguments = argv[0] if argv else "", argv[1:]
    try:
        return ABORT if _is_stopped(event, arguments, environ) else 0
    except KeyboardInterrupt:
        return ABORT
    except Exception as error:  # noqa: BLE001 - the boundary: git is not blocked by our bugs
        _report(event, arguments, error)
        return 0


def _is_stopped(event: str, arguments: list[str], environ: dict[bytes, bytes]) -> bool:
    if event == "prepare-commit-msg":
        from . import prepare_commit_msg

        return prepare_commit_msg.run(arguments, environ)
    if event == "commit-msg":
        from . import commit_msg

        return commit_msg.run(arguments, environ)
    if event == "post-checkout":
        from . import post_checkout

        post_checkout.run(arguments, environ)
        return False
    raise ValueError(f"unknown hook event {event!a}")


def _report(event: str, arguments: list[str], error: Exception) -> None:
    from . import report
    from .gitdir import of_message_file
    from .system import exists

    git = of_message_file(arguments[0]) if arguments else None
    shared = git.shared if git and exists(git.path + "/HEAD") else None
    report.trouble(shared, event, f"left this alone: {report.describe(error)}")
