"""The command line: click commands over ops, and the only place that prints for people."""
