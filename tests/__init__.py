"""Tests of pti."""
