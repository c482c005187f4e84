"""How a cone-beam or in-room CT becomes a CT of the open patient, with the machine's isocentres in it as points."""

from dataclasses import replace

from pti.dicom.ct import CtSeries
from pti.dicom.ct_context import CtContext
from pti.dicom.ct_couch import TableTop
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.isocentre_set import VerificationCt, isocentre_set
from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.structures import StructureSet
from pti.foundation.clock import Clock, local_now
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.foundation.uids import new_uid
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.imaging.exposure import CtExposure


def to_ct_series(exposure: CtExposure, plan: IonPlan, beam: IonBeam, *, series_number: int) -> CtSeries:
    """Make a CT of one series, in the plan's study, in a new frame of reference.

    As with kV images, the origin of the acquired frame of reference is the machine isocentre at acquisition; its axes are the
    patient's as `beam` says the patient lies on the table top, which may stand turned and tilted. So
    ``p_fixed = Rz(rotation) Rx(pitch) Ry(roll) P p`` with the couch's angles at acquisition.

    Parameters
    ----------
    beam : the active beam
    series_number : counts up from 1 in a session (ACQ-04)
    """
    series_uid, study_uid = new_uid(), plan.study.study_instance_uid
    slices = len(exposure.volume.slice_positions_mm)
    return CtSeries(
        volume=replace(exposure.volume, frame=patient_frame(new_uid())),
        patient=plan.patient,
        study=plan.study,
        series_instance_uid=series_uid,
        patient_position=beam.patient_position,
        instances=tuple(InstanceReference(CT_IMAGE, new_uid(), series_uid, study_uid) for _ in range(slices)),
        table_top=TableTop.of(exposure.couch),
        technique=exposure.technique,
        context=CtContext(
            series_number=series_number,
            started_at=exposure.acquired_at,
            station_name=exposure.machine_name,
            plan_uid=plan.sop_instance_uid,
        ),
        content_times=(exposure.reconstructed_at,) * slices,
    )


def to_isocentre_set(
    exposure: CtExposure,
    ct: CtSeries,
    *,
    series_number: int,
    at_first_match: IecCouch | None = None,
    clock: Clock = local_now,
) -> StructureSet:
    """Make the structure set that holds the isocentres of an acquired CT as points (ACQ-02).

    Parameters
    ----------
    exposure, ct : what the imaging device handed over, and what :func:`to_ct_series` made of it
    at_first_match : table top when the first match began; None before that, and always for an in-room CT
    """
    acquired = VerificationCt(
        patient=ct.patient,
        study=ct.study,
        frame=ct.volume.frame,
        images=ImagePlanes.of(ct),
        isocentre_mm=(0.0, 0.0, 0.0),
        patient_position=ct.patient_position,
        couch=exposure.couch,
    )
    return isocentre_set(
        acquired,
        before=exposure.couch_before,
        at_first_match=at_first_match,
        series_number=series_number,
        station_name=exposure.machine_name,
        clock=clock,
    )
