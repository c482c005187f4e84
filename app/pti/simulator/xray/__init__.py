"""The X-ray physics of the virtual room: materials, beam, ray sums, detector. Not what the matcher renders with."""
