"""Mutated files: what they are made of, how, and a campaign that tries them."""
