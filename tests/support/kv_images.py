"""kV images for tests of the match: the virtual room's X-ray model, which shares nothing with the matcher's ray sums."""

import numpy as np
from numpy.typing import NDArray

from pti.foundation.cancel import CancelToken
from pti.geometry.couch import IsocentricCouch
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from pti.simulator.xray.beam import tube_beam
from pti.simulator.xray.detector import Technique, detect
from pti.simulator.xray.projector import Absorber, primary_image

PANEL_A = ImagerGeometry.centred(0.0, 2700.0, 3700.0, 768, 1024, 0.388)
PANEL_B = ImagerGeometry.centred(90.0, 2700.0, 3700.0, 768, 1024, 0.388)
#: (x1, x2, y1, y2) at the isocentre: just inside the panel, and beyond it.
JAWS_MM = (-135.0, 135.0, -100.0, 100.0)
NO_JAWS_MM = (-250.0, 250.0, -250.0, 250.0)


def kv_images(
    ct: CtVolume,
    pose: RigidTransform,
    seed: int,
    panels: tuple[ImagerGeometry, ...] = (PANEL_A, PANEL_B),
    jaws_mm: tuple[float, float, float, float] = JAWS_MM,
) -> tuple[Radiograph, ...]:
    """One image on each panel of a patient at `pose` (CT frame -> fixed)."""
    technique = Technique(110.0, 20.0, 0.8, jaws_mm)
    absorber, beam, noise = Absorber.of(ct), tube_beam(technique.kvp, 3.0), np.random.default_rng(seed)
    images = []
    for panel in panels:
        primary = primary_image(absorber, beam, panel, pose, CancelToken(), lambda _: None)
        pixels = detect(primary, panel, technique, noise)
        images.append(Radiograph(pixels, panel, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM))
    return tuple(images)


def displaced(planned: RigidTransform, error: tuple[float, ...]) -> RigidTransform:
    """The pose with a couch error in front: lateral, longitudinal, vertical mm; pitch, roll, rotation degrees."""
    couch = IsocentricCouch(*error).table_top_to_fixed()
    return RigidTransform(
        planned.source,
        planned.target,
        couch.rotation @ planned.rotation,
        couch.rotation @ planned.translation_mm + couch.translation_mm,
    )


def target_errors_mm(found: RigidTransform, true: RigidTransform, isocentre_mm: tuple[float, ...]) -> NDArray[np.float64]:
    """Target registration errors at 125 points within +-50 mm of the isocentre."""
    steps = np.linspace(-50.0, 50.0, 5)
    points = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3) + np.array(isocentre_mm)
    return np.asarray(np.linalg.norm(found(points) - true(points), axis=1))
