"""git-ticketer: which ticket is this work for, and which conversation led to it?

The map, from the bottom up; a package imports only from packages that stand above it here:

    errors      the error type with a hint, and the exit codes; imported by anything but lean
    lean        what runs inside every commit: the hooks, ids, live sessions, trailers
    model       tickets, statuses, queries: pure values
    redact      text to text without secrets: one table of rules
    storage     git commands, guarded YAML, ticket files, the cache, the settings snapshot
    importers   agents' files to one stream of items, and those to entries: an importer an agent
    agents      where each agent keeps its transcripts, and the hooks it can be given
    merge       the three-way merge of ticket files, and git's merge driver
    install     hook files and hook configuration, the merge driver's attributes
    ops         the use cases: values in, values out; they never print, prompt or exit
    mcp_server  the same for coding agents, over the Model Context Protocol
    cli         click commands, manual page, completion; the only place that prints for people

`lean` imports nothing of ours and of the standard library only what a hook can pay for (see
lean/system.py); lean/hook.py is run as a file by the hooks. `tests/test_architecture.py` reads
the source and enforces all this, `tests/test_imports.py` compares what a fresh interpreter
really imports with a list.
"""

__version__ = "0.1.0"
