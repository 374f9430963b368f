"""Agents' files to items: one module per agent, one table of names in `registry`."""
