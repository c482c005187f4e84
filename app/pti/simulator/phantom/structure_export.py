"""The demo patient's structures and seeds as an RT Structure Set (A.19)."""

from collections.abc import Sequence

from pydicom.dataset import Dataset

from pti.dicom.image_planes import ImagePlanes
from pti.dicom.structures import Structure, StructureSet, write_structure_set
from pti.foundation.instances import InstanceReference
from pti.simulator.phantom.anatomy import Organ
from pti.simulator.phantom.contours import axial_contours
from pti.simulator.phantom.fields import Field
from pti.simulator.phantom.identifiers import CREATED_AT, PATIENT, demo_uid, study
from pti.simulator.phantom.target import SEEDS
from pti.simulator.phantom.volume import DemoVolume

_GOLD = (255, 205, 60)
#: Of a coordinate; the planes are those of the slices, to the same decimals as theirs.
_DECIMALS, _PLANE_DECIMALS = 2, 6


def structure_set_uid(label: str) -> str:
    """The structure set's SOP Instance UID."""
    return demo_uid(f"structure set {label}")


def structure_set(volume: DemoVolume, images: Sequence[InstanceReference], label: str) -> Dataset:
    """All structures; each contour names the slice that it lies on, and all slices are named once."""
    planes = ImagePlanes(tuple(images), volume.ct.slice_positions_mm.round(_PLANE_DECIMALS))
    organs = [_organ(number, organ, field, planes) for number, (organ, field) in enumerate(volume.organs, 1)]
    seeds = [
        Structure(
            number=len(organs) + count,
            name=f"Seed{count}",
            interpreted_type="MARKER",
            colour=_GOLD,
            contours=(planes.point(seed.centre_mm),),
            marker=True,
            generation_algorithm="AUTOMATIC",
        )
        for count, seed in enumerate(SEEDS, 1)
    ]
    made = StructureSet(
        sop_instance_uid=structure_set_uid(label),
        series_instance_uid=demo_uid(f"structure series {label}"),
        patient=PATIENT,
        study=study(label),
        label="DEMO",
        frame_of_reference_uid=volume.ct.frame.frame_of_reference_uid,
        structures=(*organs, *seeds),
        images=planes.instances,
        series_number=2,
        instance_number=1,
        modified_at=CREATED_AT,
    )
    return write_structure_set(made, clock=lambda: CREATED_AT)


def _organ(number: int, organ: Organ, field: Field, planes: ImagePlanes) -> Structure:
    contours = tuple(
        planes.planar("CLOSED_PLANAR", contour.points_xy_mm.round(_DECIMALS), contour.slice_index)
        for contour in axial_contours(field)
    )
    return Structure(number, organ.name, organ.interpreted_type, organ.colour, contours, generation_algorithm="AUTOMATIC")
