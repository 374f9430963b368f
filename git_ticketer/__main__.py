"""The front door: a hook goes straight to the lean code, everything else to the command line."""

import sys


def main() -> None:
    """Run `git-ticket` with this process's arguments and exit."""
    if sys.argv[1:2] == ["hook"] and sys.argv[2:3] != ["refresh-settings"]:
        from git_ticketer.lean import event, system

        sys.exit(event.main(sys.argv[2:], system.environ))
    from git_ticketer.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
