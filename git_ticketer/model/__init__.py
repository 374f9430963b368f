"""What a ticket is, how statuses follow each other, and what a query means: pure values."""
