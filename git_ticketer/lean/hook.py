"""The file a git hook runs: `python -I -S hook.py EVENT [ARGUMENT...]`.

Without `site` there is no installed package, so this folder is made a package of its own. What a
plain commit needs comes from one file (install/bundle.py, unpack.py), else from cached bytecode.
This file alone is compiled at each run, so it is short. Leaving by `_exit` saves a fifth of it.
"""

import marshal
import sys

if __name__ == "__main__":
    folder = __file__.rpartition("/")[0]
    sys.modules["lean"] = type(sys)("lean")
    sys.modules["lean"].__path__ = [folder]
    try:
        with open(f"{folder}/__pycache__/hook.{sys.implementation.cache_tag}.bundle", "rb") as file:
            code, entries = marshal.loads(file.read())  # noqa: S302 - ours, like a .pyc
        exec(code)  # noqa: S102
        unpack(folder, entries)  # type: ignore[name-defined]  # noqa: F821 - from that code
    except Exception:  # noqa: BLE001, S110 - then every module is imported by itself
        pass
    from lean.event import main  # type: ignore[import-not-found]
    from lean.system import environ, os  # type: ignore[import-not-found]

    os._exit(main(sys.argv[1:], environ))
