"""What to match, how, and what came out."""
