"""What runs inside every commit, and the definitions that everything else builds on."""
