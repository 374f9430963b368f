"""The same use cases for coding agents, over the Model Context Protocol."""
