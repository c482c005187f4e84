"""What to show of a session's state: pure functions, no Qt."""
