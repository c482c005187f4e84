"""``pti match-2d3d``: match one or two kV images to a planning CT, from files."""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pti.dicom.ct import CtSeries
from pti.dicom.files import read_file, write_file
from pti.dicom.identity import require_same_patient
from pti.dicom.linkage import check_references
from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage, read_rt_image
from pti.dicom.structures import read_structure_set
from pti.foundation.clock import local_now
from pti.foundation.errors import InvalidInput
from pti.foundation.uids import new_uid
from pti.main.files import choose_beam, load_ct, load_plan
from pti.main.options import add_settings, settings_of
from pti.main.output import print_json, print_lines, six_by_name, six_line
from pti.registration.match_2d3d import match_2d3d
from pti.registration.problem import Match2d3dProblem
from pti.registration.result import MatchResult
from pti.runtime.jobs.writing import written
from pti.session.poses import correction_of, expected_pose, planning_to_acquired, require_same_placement
from pti.session.registrations import RegistrationEntry, registration_2d3d


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
    add_settings(parser)
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class _Input:
    """What belongs together: one patient, one planning frame of reference, images of one set-up."""

    plan: IonPlan
    beam: IonBeam
    ct: CtSeries
    images: tuple[RtImage, ...]


def run(arguments: argparse.Namespace) -> int:
    """Match, print, and write the registration; the exit code is 0."""
    settings, given = settings_of(arguments), _read(arguments)
    start = expected_pose(given.plan, given.beam, given.images[0])
    views = tuple(image.radiograph for image in given.images)
    begun = time.perf_counter()
    result = match_2d3d(Match2d3dProblem(given.ct.volume, views, start, given.beam.isocentre_mm))
    seconds = time.perf_counter() - begun
    if arguments.out is not None:
        entry = RegistrationEntry(new_uid(), new_uid(), local_now())
        transform = planning_to_acquired(result, given.images[0])
        registration = registration_2d3d(given.plan, given.ct, given.images, transform, entry)
        write_file(written(registration, settings.export), arguments.out)
    answer = _answer(given, result, seconds)
    if arguments.json:
        print_json({**answer, "out": None if arguments.out is None else str(arguments.out)})
    else:
        _print(given, result, seconds)
    return 0


def _read(arguments: argparse.Namespace) -> _Input:
    plan, ct = load_plan(arguments.plan), load_ct(arguments.ct)
    require_same_patient("plan", plan.patient, "CT", ct.patient)
    if ct.volume.frame.frame_of_reference_uid != plan.frame_of_reference_uid:
        raise InvalidInput("plan and CT have different Frame of Reference UIDs")
    if arguments.structures is not None:
        check_references(plan, read_structure_set(read_file(arguments.structures)), ct)
    images = tuple(read_rt_image(read_file(path)) for path in arguments.images)
    require_same_placement(images)
    if arguments.out is not None and any(image.is_drr for image in images):
        raise InvalidInput("a match of computed images (DRRs) is not stored: leave --out away")
    for image in images:
        require_same_patient("plan", plan.patient, f"image {image.label}", image.patient)
    return _Input(plan, choose_beam(plan, arguments.beam), ct, images)


def _answer(given: _Input, result: MatchResult, seconds: float) -> dict[str, Any]:
    transform = planning_to_acquired(result, given.images[0])
    correction = correction_of(given.plan, given.beam, given.images[0], result)
    return {
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
    }


def _print(given: _Input, result: MatchResult, seconds: float) -> None:
    correction = correction_of(given.plan, given.beam, given.images[0], result)
    print_lines(
        f"Correction (Isocentric Standard): {six_line(correction.isocentric_difference)}",
        f"Correction (IEC 61217):           {six_line(correction.iec_difference)}",
        f"Likeness {result.quality:.3f}, {'settled' if result.converged else 'NOT settled'}, {seconds:.2f} s",
    )
