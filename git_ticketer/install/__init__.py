"""What is put outside our own package: hooks, man page, completion; and how to take it away."""
