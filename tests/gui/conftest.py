"""States with real images for the views: a small CT, its radiographs at a hidden error, and its DRRs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pti.dicom.structures import Contour, Structure, StructureSet
from pti.foundation.cancel import CancelToken
from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.attenuation import attenuation_volume
from pti.imaging.drr import render_drr
from pti.imaging.line_integrals import line_integrals
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from pti.main.application import open_window
from pti.network.queries import PlanSummary
from pti.runtime.jobs.rendering import CtWorkshop, render_views
from pti.session.case import AcquiredPair, ImageCheck, OpenCase
from pti.session.effects import Effect
from pti.session.model import PlanList, SessionState
from pti.session.phases import Acquired, Loaded, Matched
from pti.session.poses import expected_pose, planned_pose
from pti.session.store import Store
from pti.ui.theme import apply_theme
from pti.ui.window import MainWindow
from tests.support.session_values import NOW, PLANNING_UID, make_beam, make_case, make_image, make_plan, make_record
from tests.support.site import Site

#: Where the planned isocentre stands in the patient, and how far the patient lies from the plan.
ISOCENTRE_MM = (6.0, -4.0, 5.0)
ERROR_MM = (9.0, -7.0, 5.0)


@pytest.fixture
def window(site: Site, qtbot: QtBot) -> MainWindow:
    """The window of a running site, shown; `site` is the test module's own."""
    window = open_window(site.workstation)
    window.confirm_close = False
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@dataclass(frozen=True)
class States:
    """One session at each step."""

    no_patient: SessionState
    loaded: SessionState
    acquired_without_views: SessionState
    acquired: SessionState
    matched: SessionState


def small_head() -> CtVolume:
    """A shell of bone with water in it, unlike on each side: a ball at the left, a rod at the front."""
    step = 2.5
    axis = np.asarray((np.arange(80) - 39.5) * step, dtype=np.float64)
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    hounsfield = np.full(x.shape, -1000, np.int16)
    radius = np.sqrt((x / 75) ** 2 + (y / 85) ** 2 + (z / 90) ** 2)
    hounsfield[radius < 1] = 900
    hounsfield[radius < 0.9] = 20
    hounsfield[(x - 30) ** 2 + y**2 + (z - 20) ** 2 < 15**2] = 1300
    hounsfield[(np.abs(x + 20) < 6) & (np.abs(y + 40) < 6) & (np.abs(z) < 40)] = 1100
    return CtVolume(patient_frame(PLANNING_UID), hounsfield, (axis[0], axis[0]), step, step, axis)


def ring_structure() -> Structure:
    """A ball of 25 mm round the isocentre as axial contours."""
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    contours = []
    for dz in np.arange(-23.75, 25, 2.5):
        r = np.sqrt(25.0**2 - dz**2)
        ring = np.stack([r * np.cos(turn), r * np.sin(turn), np.full_like(turn, dz)], axis=1) + ISOCENTRE_MM
        contours.append(Contour("CLOSED_PLANAR", ring))
    return Structure(1, "Target", "PTV", (255, 60, 60), tuple(contours))


def make_open_case() -> OpenCase:
    plan = make_plan(
        make_beam(1, isocentre_mm=ISOCENTRE_MM, rotation_deg=0.0, pitch_deg=0.0, roll_deg=0.0),
        make_beam(2, isocentre_mm=ISOCENTRE_MM, rotation_deg=0.0, pitch_deg=0.0, roll_deg=0.0, gantry_deg=60.0),
    )
    case = make_case(plan)
    seed = Structure(2, "Seed", "MARKER", (90, 200, 255), (Contour("POINT", np.array([[20.0, 10.0, -15.0]])),), marker=True)
    structures: StructureSet = replace(case.structure_set, structures=(ring_structure(), seed))
    return replace(case, ct=replace(case.ct, volume=small_head()), structure_set=structures)


def take_images(case: OpenCase) -> AcquiredPair:
    """Radiographs of the CT moved by the error; the panels are larger than high, so that sides cannot be mixed up."""
    pose = RigidTransform(FIXED, FIXED, np.eye(3), np.array(ERROR_MM)) @ planned_pose(case.plan, case.active_beam)
    volume = attenuation_volume(case.ct.volume)
    images, displays = [], []
    for label, gantry_deg in (("kV A", 0.0), ("kV B", 90.0)):
        geometry = ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 192, 256, 1.5)
        pixels = np.clip(60000 * np.exp(-render_drr(volume, geometry, pose)), 1, 65535).astype(np.uint16)
        couch = replace(make_image(label, gantry_deg).couch.to_isocentric(), pitch_deg=0.0, roll_deg=0.0, rotation_deg=0.0)
        radiograph = Radiograph(pixels, geometry, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM)
        images.append(replace(make_image(label, gantry_deg, couch.to_iec()), radiograph=radiograph))
        displays.append(line_integrals(radiograph))
    return AcquiredPair(tuple(images), tuple(displays), (ImageCheck("Couch", True, "the couch did not move"),))


@pytest.fixture(scope="session")
def states() -> States:
    """All steps of one patient; made once."""
    case = make_open_case()
    pair = take_images(case)
    workshop, cancel = CtWorkshop(), CancelToken()
    planned = render_views(case, pair, expected_pose(case.plan, case.active_beam, pair.images[0]), workshop, cancel)
    pose = RigidTransform(FIXED, FIXED, np.eye(3), np.array(ERROR_MM)) @ planned_pose(case.plan, case.active_beam)
    taken = replace(case, taken=(pair,), series_count=1)
    acquired = Acquired(taken, pair, planned)
    matched = Matched(acquired, make_record(case, pose), render_views(case, pair, pose, workshop, cancel))
    plans = (
        PlanSummary("T-1", "Test^Tina", "19800102", "F", "2.25.1", "2.25.2", "2.25.3", "Plan 1", "20260301"),
        PlanSummary("T-2", "Other^Otto", "", "", "2.25.4", "2.25.5", "2.25.6", "Plan 9", ""),
    )
    empty = SessionState("Olga Operator", "TMS", plan_list=PlanList(plans))
    return States(
        empty,
        replace(empty, phase=Loaded(case)),
        replace(empty, phase=replace(acquired, planned_views=None)),
        replace(empty, phase=acquired),
        replace(empty, phase=matched),
    )


class Bench:
    """A window on a store whose effects are kept instead of carried out."""

    def __init__(self, state: SessionState) -> None:
        self.effects: list[Effect] = []
        self.store = Store(state, lambda: NOW, self.effects.append)
        self.window = MainWindow(self.store, room_label="Test room")
        self.window.confirm_close = False


@pytest.fixture
def open_bench(qtbot: QtBot, qapp: QApplication) -> Callable[[SessionState], Bench]:
    """``open_bench(state)`` shows a window on a session that stands there."""
    apply_theme(qapp)

    def open_it(state: SessionState) -> Bench:
        bench = Bench(state)
        qtbot.addWidget(bench.window)
        bench.window.resize(1400, 900)
        bench.window.show()
        bench.window.activateWindow()
        with qtbot.waitActive(bench.window):
            pass
        return bench

    return open_it
