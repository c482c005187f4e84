"""Errors, settings, logs, clock and UIDs. Standard library only."""
