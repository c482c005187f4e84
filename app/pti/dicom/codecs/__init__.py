"""Decompression of one grey frame: JPEG lossless, JPEG-LS, JPEG 2000 and run lengths."""
