"""Text to text without secrets: one table of rules."""
