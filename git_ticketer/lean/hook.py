"""The file a git hook runs: `python -I -S hook.py EVENT [ARGUMENT...]`.

Without `site` there is no installed package, so this folder is made a package of its own and the
rest is imported from its cached bytecode. Leaving by `_exit` saves a fifth of the run time.
"""

import sys

if __name__ == "__main__":
    folder = type(sys)("lean")
    folder.__path__ = [__file__.rpartition("/")[0]]
    sys.modules["lean"] = folder
    from lean.event import main  # type: ignore[import-not-found]
    from lean.system import environ, os  # type: ignore[import-not-found]

    os._exit(main(sys.argv[1:], environ))
