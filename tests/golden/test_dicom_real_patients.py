"""The real head phantom and the real thorax: as they are, and made loadable."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pti.dicom.ct import CtSeries, read_ct_series
from pti.dicom.files import read_file
from pti.dicom.linkage import BrokenReferences, check_references
from pti.dicom.plan import IonPlan, read_plan
from pti.dicom.structures import StructureSet, read_structure_set
from pti.geometry.patient import PatientPosition
from tests.support.relink import PatientFiles, make_thorax, relink_head

RealData = Callable[[str], Path]


@dataclass(frozen=True)
class _Loaded:
    plan: IonPlan
    structures: StructureSet
    ct: CtSeries


def _load(files: PatientFiles) -> _Loaded:
    return _Loaded(
        read_plan(read_file(files.plan)),
        read_structure_set(read_file(files.structure_set)),
        read_ct_series(read_file(path) for path in files.ct),
    )


@pytest.fixture(scope="module")
def head(real_data: RealData, tmp_path_factory: pytest.TempPathFactory) -> _Loaded:
    return _load(relink_head(real_data("01_dcpt_head_proton"), tmp_path_factory.mktemp("head")))


@pytest.fixture(scope="module")
def thorax(real_data: RealData, tmp_path_factory: pytest.TempPathFactory) -> _Loaded:
    return _load(make_thorax(real_data("07_chest_ct_lidc0001"), tmp_path_factory.mktemp("thorax")))


def test_the_head_as_it_came_is_said_not_to_belong_together(head: _Loaded, real_data: RealData) -> None:
    folder = real_data("01_dcpt_head_proton")
    plan = read_plan(read_file(next(folder.glob("RN*.dcm"))))
    structures = read_structure_set(read_file(next(folder.glob("RS*.dcm"))))
    with pytest.raises(BrokenReferences) as caught:
        check_references(plan, structures, head.ct)
    assert caught.value.complaints == (
        "the plan's Referenced Structure Set Sequence (300C,0060) names another structure set",
        "177 of the 177 images that the structure set names in Contour Image Sequence (3006,0016) are not in the CT",
    )


def test_the_relinked_head_belongs_together(head: _Loaded) -> None:
    check_references(head.plan, head.structures, head.ct)
    volume = head.ct.volume
    assert volume.hounsfield.shape == (177, 512, 512)
    assert volume.first_voxel_mm == (-149.70703125, -316.20703125)
    assert (volume.slice_positions_mm[0], volume.slice_positions_mm[-1]) == (-139.0, 125.0)
    assert head.ct.warnings == ()
    assert len(head.structures.structures) == 11


def test_the_head_s_surface_marker_stands_where_its_contour_is(head: _Loaded) -> None:
    volume = head.ct.volume
    x, y, z = 0.1, -253.6, -1.6
    column = round((x - volume.first_voxel_mm[0]) / volume.column_spacing_mm)
    row = round((y - volume.first_voxel_mm[1]) / volume.row_spacing_mm)
    index = int(np.abs(volume.slice_positions_mm - z).argmin())
    around = volume.hounsfield[index - 1 : index + 2, row - 2 : row + 3, column - 2 : column + 3]
    assert 1200 < int(around.max()) < 1400  # 1290 HU by the data's own description


def test_the_thorax_belongs_together_feet_first(thorax: _Loaded) -> None:
    check_references(thorax.plan, thorax.structures, thorax.ct)
    volume = thorax.ct.volume
    assert volume.hounsfield.shape == (133, 512, 512)
    assert thorax.ct.patient_position is PatientPosition.FFS
    assert {beam.patient_position for beam in thorax.plan.treatment_beams} == {PatientPosition.FFS}
    assert {s.name for s in thorax.structures.structures} == {"BODY", "CTV", "PTV", "Isocentre"}
    assert thorax.structures.warnings == ()
    assert np.abs(np.array(thorax.plan.treatment_beams[0].isocentre_mm) - volume.centre_mm).max() < 30.0


def test_a_contour_of_the_thorax_s_body_lies_on_its_skin(thorax: _Loaded) -> None:
    volume = thorax.ct.volume
    body = next(s for s in thorax.structures.structures if s.name == "BODY")
    contour = body.contours[len(body.contours) // 2].points_mm
    index = int(np.abs(volume.slice_positions_mm - contour[0, 2]).argmin())
    columns = np.rint((contour[:, 0] - volume.first_voxel_mm[0]) / volume.column_spacing_mm).astype(int)
    rows = np.rint((contour[:, 1] - volume.first_voxel_mm[1]) / volume.row_spacing_mm).astype(int)
    half = len(columns) // 2  # the first half are the leftmost pixels of their rows, the second the rightmost
    outside = np.concatenate([columns[:half] - 6, columns[half:] + 6])
    assert np.median(volume.hounsfield[index, rows, columns]) > -300
    assert np.median(volume.hounsfield[index, rows, np.clip(outside, 0, 511)]) < -900
