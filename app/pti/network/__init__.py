"""DICOM network: peers, associations, received objects, statuses."""
