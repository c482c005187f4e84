"""Images: our own widgets paint them from pti.imaging.display's pictures."""
