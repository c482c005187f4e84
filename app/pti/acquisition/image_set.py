"""Images that were taken together, and how they become RT Images of the open patient."""

from itertools import combinations

from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage
from pti.foundation.uids import new_uid
from pti.geometry.couch import wrap_deg
from pti.imaging.exposure import KvExposure

#: RT Image Label (3002,0002) is a short string.
_LABEL_LENGTH = 16


def most_crossing_deg(source_angles_deg: tuple[float, ...]) -> float | None:
    """Distance of the two source angles that are most nearly perpendicular, 0 to 180 degrees; None for a single one."""
    distances = [angular_distance_deg(a, b) for a, b in combinations(source_angles_deg, 2)]
    return min(distances, key=lambda distance: abs(distance - 90.0), default=None)


def angular_distance_deg(first_deg: float, second_deg: float) -> float:
    """Distance of two angles on the circle, 0 to 180 degrees."""
    return abs(wrap_deg(first_deg - second_deg))


def to_rt_images(
    exposures: tuple[KvExposure, ...],
    plan: IonPlan,
    beam: IonBeam,
    *,
    operator: str,
    series_number: int,
    fraction_number: int | None = None,
) -> tuple[RtImage, ...]:
    """Make RT Images of one series, in the plan's study, in one new frame of reference.

    Each exposure is an acquisition and an irradiation event of its own. The meterset weights of the treatment beam are not
    known here, and left out.

    The origin of the acquired frame of reference is the machine isocentre at acquisition; its axes are the patient's as
    `beam` says the patient lies on the table top, which may stand turned and tilted. So Isocenter Position is (0, 0, 0), and
    ``p_fixed = Rz(rotation) Rx(pitch) Ry(roll) P p`` with the couch's angles at acquisition.

    Parameters
    ----------
    beam : the active beam
    operator : Operators' Name (ACQ-05)
    series_number : counts up from 1 in a session (ACQ-04)
    fraction_number : None where it is not known
    """
    frame_of_reference_uid, series_uid = new_uid(), new_uid()
    return tuple(
        RtImage(
            sop_instance_uid=new_uid(),
            series_instance_uid=series_uid,
            frame_of_reference_uid=frame_of_reference_uid,
            patient=plan.patient,
            study=plan.study,
            label=exposure.imager_name[:_LABEL_LENGTH],
            radiograph=exposure.radiograph,
            isocentre_mm=(0.0, 0.0, 0.0),
            patient_position=beam.patient_position,
            couch=exposure.couch,
            couch_position_known=True,
            plan_uid=plan.sop_instance_uid,
            beam_number=beam.number,
            fraction_group=plan.fraction_group_of(beam.number),
            fraction_number=fraction_number,
            machine_name=exposure.machine_name,
            kvp=exposure.kvp,
            tube_current_ma=exposure.tube_current_ma,
            exposure_time_ms=exposure.exposure_time_ms,
            collimator_mm=exposure.collimator_mm,
            acquired_at=exposure.acquired_at,
            operator=operator,
            series_number=series_number,
            instance_number=number,
            acquisition_number=number,
            irradiation_event_uid=new_uid(),
            description=f"kV set-up image, {exposure.imager_name}",
        )
        for number, exposure in enumerate(exposures, 1)
    )
