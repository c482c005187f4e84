"""How a cone-beam or in-room CT becomes a CT of the open patient, and where the machine's isocentre lies in it."""

from dataclasses import replace

import numpy as np

from pti.dicom.ct import CtSeries
from pti.dicom.ct_context import CtContext
from pti.dicom.ct_couch import TableTop
from pti.dicom.plan import IonBeam, IonPlan
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.foundation.uids import new_uid
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
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


def isocentre_mm(position: PatientPosition, at_acquisition: IecCouch, couch: IecCouch) -> tuple[float, float, float]:
    """The point of the patient that is on the machine isocentre when the table top stands at `couch`.

    It tells the initial laser isocentre and the initial match isocentre of ACQ-02; that of the acquisition is the origin.

    Parameters
    ----------
    position : how the patient lies, unmoved, on the table top
    at_acquisition : table top when the CT was taken

    Returns
    -------
    (x, y, z), mm, in the frame of reference that :func:`to_ct_series` gives the CT
    """
    on_table_top = couch.table_top_to_fixed().inverse()(np.zeros(3))
    top = at_acquisition.table_top_to_fixed()
    x, y, z = (top.rotation @ position.patient_to_table_top).T @ top(on_table_top)
    return float(x), float(y), float(z)
