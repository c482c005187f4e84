"""Structures on an imager's panel: what is drawn of closed, open and point contours."""

from dataclasses import replace

import numpy as np
import pytest

from pti.dicom.structures import Contour, Structure
from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.runtime.jobs.rendering import structure_outlines
from tests.support.session_values import make_case

PANEL = ImagerGeometry.centred(0.0, 2700.0, 3700.0, 600, 800, 0.5)
POSE = patient_to_fixed(patient_frame("2.25.1"), np.zeros(3), PatientPosition.HFS)


def test_open_contour_is_not_closed_and_keeps_every_edge() -> None:
    hook = np.array([(-30.0, -20.0, 5.0), (-10.0, 20.0, 5.0), (40.0, 20.0, 5.0), (40.0, 0.0, 5.0)])
    wire = Structure(1, "Wire", "", (1, 2, 3), (Contour("OPEN_PLANAR", hook),))
    (outline,) = structure_outlines(replace(make_case().structure_set, structures=(wire,)), 2.0, PANEL, POSE)
    (line,) = outline.lines
    projected = PANEL.project(POSE(hook))
    edges = {
        tuple(sorted((tuple(a), tuple(b)))) for a, b in zip(line.tolist(), np.roll(line, -1, axis=0).tolist(), strict=True)
    }
    expected = {
        tuple(sorted((tuple(a), tuple(b)))) for a, b in zip(projected[:-1].tolist(), projected[1:].tolist(), strict=True)
    }
    assert edges == expected


@pytest.mark.parametrize("count", [1, 2])
def test_open_contour_of_few_points_is_kept(count: int) -> None:
    points = np.array([(-30.0, -20.0, 5.0), (-10.0, 20.0, 5.0)])[:count]
    wire = Structure(1, "Wire", "", (1, 2, 3), (Contour("OPEN_PLANAR", points),))
    (outline,) = structure_outlines(replace(make_case().structure_set, structures=(wire,)), 2.0, PANEL, POSE)
    assert outline.lines[0] == pytest.approx(PANEL.project(POSE(points)))


def test_points_of_one_contour_are_not_joined() -> None:
    points = np.array([(-30.0, -20.0, 5.0), (-10.0, 20.0, 5.0), (7.0, 8.0, 9.0)])
    seeds = Structure(1, "Seeds", "MARKER", (1, 2, 3), (Contour("POINT", points), Contour("POINT", points[:1])))
    (outline,) = structure_outlines(replace(make_case().structure_set, structures=(seeds,)), 2.0, PANEL, POSE)
    assert [len(line) for line in outline.lines] == [1, 1, 1, 1]
    assert np.concatenate(outline.lines) == pytest.approx(PANEL.project(POSE(points[[0, 1, 2, 0]])))


def test_structure_without_contours_has_no_line() -> None:
    empty = Structure(1, "Empty", "", (1, 2, 3), ())
    (outline,) = structure_outlines(replace(make_case().structure_set, structures=(empty,)), 2.0, PANEL, POSE)
    assert outline.lines == ()


@pytest.mark.parametrize("step_mm", [2.0, 4.0, 6.0])
def test_structure_drawn_on_some_slices_only_throws_one_shadow(step_mm: float) -> None:
    turn = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    rings = [np.stack([25 * np.cos(turn), 25 * np.sin(turn), np.full(40, z)], axis=1) for z in np.arange(5) * step_mm]
    rod = Structure(1, "Rod", "", (1, 2, 3), tuple(Contour("CLOSED_PLANAR", ring) for ring in rings))
    (outline,) = structure_outlines(replace(make_case().structure_set, structures=(rod,)), 2.0, PANEL, POSE)
    (line,) = outline.lines
    height_mm = np.ptp(line[:, 0]) * PANEL.row_spacing_mm * PANEL.sad_mm / PANEL.sid_mm
    assert height_mm == pytest.approx(5 * step_mm, abs=1.0)  # a pixel is 0.36 mm there, the nearer side 1 % larger
