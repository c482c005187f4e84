"""The session: immutable state, intents, reducer, effects. Pure: no I/O, no clock, no Qt."""
