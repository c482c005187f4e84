"""The parts of the window: each presents a piece of the state and tells what the person wants."""
