"""Common Instance Reference module (C.12.2): which series and study each referenced instance stands in."""

from collections.abc import Iterable

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.modules import reference_item
from pti.foundation.instances import InstanceReference


def write_instance_references(ds: Dataset, own_study_uid: str, instances: Iterable[InstanceReference]) -> None:
    """List all `instances` by series, those of other studies under their study (reading 13).

    Parameters
    ----------
    own_study_uid : Study Instance UID of `ds`; an instance whose study is not known counts to it
    instances : each with its series
    """
    studies: dict[str, dict[str, list[InstanceReference]]] = {}
    for instance in instances:
        series = studies.setdefault(instance.study_instance_uid or own_study_uid, {})
        series.setdefault(instance.series_instance_uid, []).append(instance)
    own = studies.pop(own_study_uid, {})
    if own:
        ds.ReferencedSeriesSequence = _series_items(own)
    if studies:
        ds.StudiesContainingOtherReferencedInstancesSequence = [
            _study_item(study_uid, series) for study_uid, series in studies.items()
        ]


def read_instance_references(ds: Attributes, own_study_uid: str) -> tuple[InstanceReference, ...]:
    """All instances that the module lists, with series and study, in its order."""
    studies = [(own_study_uid, ds)]
    studies += [
        (study.required_uid("StudyInstanceUID"), study)
        for study in ds.items("StudiesContainingOtherReferencedInstancesSequence")
    ]
    return tuple(
        InstanceReference(
            instance.required_uid("ReferencedSOPClassUID"),
            instance.required_uid("ReferencedSOPInstanceUID"),
            series.required_uid("SeriesInstanceUID"),
            study_uid,
        )
        for study_uid, study in studies
        for series in study.items("ReferencedSeriesSequence")
        for instance in series.items("ReferencedInstanceSequence")
    )


def _study_item(study_uid: str, series: dict[str, list[InstanceReference]]) -> Dataset:
    item = Dataset()
    item.StudyInstanceUID = study_uid
    item.ReferencedSeriesSequence = _series_items(series)
    return item


def _series_items(series: dict[str, list[InstanceReference]]) -> list[Dataset]:
    items = []
    for series_uid, instances in series.items():
        item = Dataset()
        item.SeriesInstanceUID = series_uid
        item.ReferencedInstanceSequence = [reference_item(instance) for instance in instances]
        items.append(item)
    return items
