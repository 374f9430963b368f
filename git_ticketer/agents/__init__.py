"""Where each agent keeps its transcripts, and how it resumes a session: one module per agent."""
