"""Volumes, radiographs, resampling, digitally reconstructed radiographs."""
