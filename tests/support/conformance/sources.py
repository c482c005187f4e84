"""Where values come from that are not always the same; of attributes whose names say it, nothing stands here."""

_PLAN = "from the plan"

#: Keywords of the attribute and of the sequences that it stands in -> words.
SOURCES = {
    "SpecificCharacterSet": "only where the patient's name or ID goes beyond ASCII",
    "InstanceCreationDate": "when the object was made",
    "InstanceCreationTime": "when the object was made",
    "SOPInstanceUID": "new, 2.25 root",
    "SeriesInstanceUID": "new, 2.25 root",
    "SeriesNumber": "counts up from 1 in a session",
    "StationName": "the treatment machine",
    "SoftwareVersions": "the version of the program",
    "PatientName": _PLAN,
    "PatientID": _PLAN,
    "PatientBirthDate": _PLAN,
    "PatientBirthTime": _PLAN,
    "PatientSex": f"{_PLAN}: F, M; anything else O",
    "StudyInstanceUID": _PLAN,
    "StudyDate": _PLAN,
    "StudyTime": _PLAN,
    "StudyID": _PLAN,
    "AccessionNumber": _PLAN,
    "StudyDescription": _PLAN,
    "OperatorsName": "who acquired or accepted",
    "PatientPosition": "as the patient lies on the table top",
    "RescaleType": "HU or US",
    "RTImagePlane": "NORMAL; NON_NORMAL where the panel is tilted",
    "IsocenterPosition": "acquired images: (0, 0, 0), the machine isocentre at acquisition",
    "RT_IMAGE_ISOCENTER_POSITION": "as Isocenter Position",
    "RT_IMAGE_PATIENT_POSITION": "as Patient Position",
    "EXTENDED_INTERFACE_DATA": "as it came in",
    "EXTENDED_INTERFACE_LENGTH": "as it came in",
    "EXTENDED_INTERFACE_FORMAT": "as it came in",
    "ExposureSequence.MetersetExposure": "the exposure time in minutes",
    "TableTopVerticalPosition": "IEC 61217",
    "TableTopLongitudinalPosition": "IEC 61217",
    "TableTopLateralPosition": "IEC 61217",
    "TableTopPitchAngle": "IEC 61217, about the table top's origin",
    "TableTopRollAngle": "IEC 61217, about the table top's origin",
    "ContentDescription": "which way the matrix goes: FROM ... TO ...",
    "RegistrationSequence.MatrixRegistrationSequence.MatrixSequence.FrameOfReferenceTransformationMatrix": (
        "identity in the acquired item; in the other, points of its frame of reference into the acquired one"
    ),
}
