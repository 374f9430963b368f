"""Files, git and YAML: everything that is read or written outside the live state."""
