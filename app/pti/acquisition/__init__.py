"""Collects acquired images and checks them against the plan."""
