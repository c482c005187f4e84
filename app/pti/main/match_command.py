"""``pti match-2d3d``: match one or two kV images to a planning CT, from files."""

import argparse
import time
from pathlib import Path

from pti.dicom.files import read_file, write_file
from pti.dicom.identity import require_same_patient
from pti.dicom.rt_image import RtImage, read_rt_image
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    SpatialRegistration,
    write_spatial_registration,
)
from pti.dicom.structures import read_structure_set
from pti.foundation.clock import local_now
from pti.foundation.errors import InvalidInput
from pti.foundation.instances import RT_IMAGE, InstanceReference
from pti.foundation.uids import new_uid
from pti.main.files import choose_beam, load_ct, load_plan
from pti.main.output import print_json, print_lines, six_by_name, six_line
from pti.registration.match_2d3d import match_2d3d
from pti.registration.problem import Match2d3dProblem
from pti.session.poses import correction_of, expected_pose, planning_to_acquired, require_same_placement


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser("match-2d3d", help="match kV images to a planning CT in six axes")
    parser.add_argument("--plan", type=Path, required=True, metavar="RTPLAN", help="RT Ion Plan file")
    parser.add_argument("--ct", type=Path, required=True, metavar="DIR", help="directory with the CT images")
    parser.add_argument("--structures", type=Path, metavar="RTSTRUCT", help="structure set; checked to belong to the plan")
    parser.add_argument("--images", type=Path, required=True, nargs="+", metavar="RTIMAGE", help="one or two RT Images")
    parser.add_argument("--beam", type=int, metavar="N", help="treatment beam; the plan's first by default")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the Spatial Registration here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Match, print, and write the registration; the exit code is 0."""
    plan = load_plan(arguments.plan)
    beam = choose_beam(plan, arguments.beam)
    ct = load_ct(arguments.ct)
    images = tuple(read_rt_image(read_file(path)) for path in arguments.images)
    require_same_placement(images)
    require_same_patient("plan", plan.patient, "CT", ct.patient)
    for image in images:
        require_same_patient("plan", plan.patient, f"image {image.label}", image.patient)
    if ct.volume.frame.frame_of_reference_uid != plan.frame_of_reference_uid:
        raise InvalidInput("plan and CT have different Frame of Reference UIDs")
    if arguments.structures is not None:
        structures = read_structure_set(read_file(arguments.structures))
        require_same_patient("plan", plan.patient, "structure set", structures.patient)
        if structures.frame_of_reference_uid != plan.frame_of_reference_uid:
            raise InvalidInput("plan and structure set have different Frame of Reference UIDs")
    start = expected_pose(plan, beam, images[0])
    problem = Match2d3dProblem(ct.volume, tuple(i.radiograph for i in images), start, beam.isocentre_mm)
    begun = time.perf_counter()
    result = match_2d3d(problem)
    seconds = time.perf_counter() - begun
    transform = planning_to_acquired(result, images[0])
    correction = correction_of(plan, beam, images[0], result)
    if arguments.out is not None:
        registration = SpatialRegistration(
            sop_instance_uid=new_uid(),
            series_instance_uid=new_uid(),
            patient=plan.patient,
            study=images[0].study,
            transform=transform,
            sub_type=RegistrationSubType.ONLINE_2D3D_PAIRED,
            method=RegistrationMethod.AUTOMATIC,
            registered_images=tuple(_reference(i) for i in images),
            source_images=ct.instances,
            patient_position=images[0].patient_position,
            label="2D3D_MATCH",
            description="FROM planning CT TO acquired kV images",
            created_at=local_now(),
            machine_name=images[0].machine_name,
        )
        write_file(write_spatial_registration(registration), arguments.out)
    if arguments.json:
        print_json(
            {
                "matrix_planning_to_acquired": transform.matrix.tolist(),
                "planning_frame_of_reference_uid": transform.source.frame_of_reference_uid,
                "acquired_frame_of_reference_uid": transform.target.frame_of_reference_uid,
                "correction_isocentric": six_by_name(correction.isocentric_difference),
                "correction_iec": six_by_name(correction.iec_difference),
                "target_isocentric": six_by_name(correction.isocentric_target),
                "target_iec": six_by_name(correction.iec_target),
                "quality": result.quality,
                "view_qualities": list(result.view_qualities),
                "converged": result.converged,
                "algorithm": result.algorithm,
                "seconds": seconds,
                "out": None if arguments.out is None else str(arguments.out),
            }
        )
    else:
        print_lines(
            f"Correction (Isocentric Standard): {six_line(correction.isocentric_difference)}",
            f"Correction (IEC 61217):           {six_line(correction.iec_difference)}",
            f"Likeness {result.quality:.3f}, {'settled' if result.converged else 'NOT settled'}, {seconds:.2f} s",
        )
    return 0


def _reference(image: RtImage) -> InstanceReference:
    return InstanceReference(RT_IMAGE, image.sop_instance_uid, image.series_instance_uid, image.study.study_instance_uid)
