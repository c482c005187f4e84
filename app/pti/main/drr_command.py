"""``pti drr``: a digitally reconstructed radiograph as an RT Image with its whole geometry."""

import argparse
from pathlib import Path

import numpy as np

from pti.dicom.files import write_file
from pti.dicom.identity import require_same_patient
from pti.dicom.rt_image import RtImage, write_rt_image
from pti.foundation.clock import local_now
from pti.foundation.errors import InvalidInput
from pti.foundation.uids import new_uid
from pti.geometry.couch import IecCouch
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import patient_to_fixed
from pti.imaging.attenuation import attenuation_volume
from pti.imaging.drr import render_drr
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.main.files import choose_beam, load_ct, load_plan
from pti.main.output import print_json, print_lines

#: Stored pixel value of a line integral of 1; a ray through 13 attenuation lengths still fits in 16 bits.
PIXELS_PER_UNIT = 5000.0


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser("drr", help="render a DRR of a planning CT at the plan's isocentre")
    parser.add_argument("--ct", type=Path, required=True, metavar="DIR", help="directory with the CT images")
    parser.add_argument("--plan", type=Path, required=True, metavar="RTPLAN", help="RT Ion Plan file")
    parser.add_argument("--beam", type=int, metavar="N", help="treatment beam; the plan's first by default")
    parser.add_argument("--gantry", type=float, required=True, metavar="DEG", help="gantry angle of the source")
    parser.add_argument("--couch", type=float, default=0.0, metavar="DEG", help="patient support angle")
    parser.add_argument("--rows", type=int, default=768)
    parser.add_argument("--columns", type=int, default=1024)
    parser.add_argument("--spacing", type=float, default=0.388, metavar="MM", help="pixel spacing at the receptor")
    parser.add_argument("--sad", type=float, default=2700.0, metavar="MM", help="source to isocentre")
    parser.add_argument("--sid", type=float, default=3700.0, metavar="MM", help="source to receptor")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="write the RT Image here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Render and write; the exit code is 0."""
    plan = load_plan(arguments.plan)
    beam = choose_beam(plan, arguments.beam)
    ct = load_ct(arguments.ct)
    require_same_patient("plan", plan.patient, "CT", ct.patient)
    if ct.volume.frame.frame_of_reference_uid != plan.frame_of_reference_uid:
        raise InvalidInput("plan and CT have different Frame of Reference UIDs")
    try:
        geometry = ImagerGeometry.centred(
            arguments.gantry, arguments.sad, arguments.sid, arguments.rows, arguments.columns, arguments.spacing
        )
    except ValueError as error:
        raise InvalidInput(f"imager: {error}") from error
    pose = patient_to_fixed(ct.volume.frame, np.array(beam.isocentre_mm), beam.patient_position, rotation_deg=arguments.couch)
    integrals = render_drr(attenuation_volume(ct.volume), geometry, pose)
    pixels = np.clip(np.rint(integrals * PIXELS_PER_UNIT), 0, 65535).astype(np.uint16)
    image = RtImage(
        sop_instance_uid=new_uid(),
        series_instance_uid=new_uid(),
        frame_of_reference_uid=plan.frame_of_reference_uid,
        patient=plan.patient,
        study=plan.study,
        label=f"DRR G{arguments.gantry:g}",
        radiograph=Radiograph(pixels, geometry, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING),
        isocentre_mm=beam.isocentre_mm,
        patient_position=beam.patient_position,
        couch=IecCouch(0.0, 0.0, 0.0, 0.0, 0.0, arguments.couch),
        couch_position_known=False,
        is_drr=True,
        plan_uid=plan.sop_instance_uid,
        beam_number=beam.number,
        acquired_at=local_now(),
        series_number=1,
        instance_number=1,
        description=f"DRR of the planning CT; pixel value = line integral x {PIXELS_PER_UNIT:g}",
    )
    write_file(write_rt_image(image), arguments.out)
    answer = {
        "out": str(arguments.out),
        "sop_instance_uid": image.sop_instance_uid,
        "largest_line_integral": float(integrals.max()),
    }
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*(f"{name}: {value}" for name, value in answer.items()))
    return 0
