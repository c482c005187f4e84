"""DICOM objects, one module per IOD, reading and writing together."""
