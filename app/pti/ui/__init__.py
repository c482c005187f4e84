"""The window. Views present the state and ask by intents."""
