"""The front door: a hook or a merge goes straight to its code, the rest to the command line."""

import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Run `git-ticket` with this process's arguments and exit."""
    if sys.argv[1:2] == ["hook"] and sys.argv[2:3] != ["refresh-settings"]:
        from git_ticketer.lean import event, system

        sys.exit(event.main(sys.argv[2:], system.environ))
    if sys.argv[1:2] == ["merge-driver"]:
        from git_ticketer.merge import driver

        sys.exit(driver.main(sys.argv[2:], os.environ))
    if sys.argv[1:3] == ["agent", "hook"]:
        from git_ticketer.cli import agent_hook

        os._exit(agent_hook.main(sys.argv[3:], os.environ))
    from git_ticketer.storage import ahead

    try:
        ahead.start(sys.argv[1:], os.environ, os.getcwd)
        if sys.argv[1:2] == ["why"]:
            from git_ticketer.storage import blame

            blame.begin(sys.argv[2:], os.environ, os.getcwd)
        from git_ticketer.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    finally:
        ahead.stop()
    if code == INTERRUPTED:  # git hands Ctrl-C on as well; the second must not break the end
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.argv[1:] and sys.argv[1] in (*ahead.VERBS, "why"):
        os._exit(code)  # all is flushed; the interpreter's clearing up is a tenth of a list
    sys.exit(code)


if __name__ == "__main__":
    main()
