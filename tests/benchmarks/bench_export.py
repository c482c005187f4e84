"""Export of a CT from files; copying them, each safely on disk, is the yardstick, and pydicom's own rewriting stands beside."""

import os
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from pti.dicom.checks import Attributes
from pti.dicom.importing.report import ObjectKind
from pti.dicom.modules import read_patient
from pti.foundation.cancel import CancelToken
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.foundation.settings import ExportSettings
from pti.runtime.jobs.exporting import export_objects
from pti.runtime.jobs.sources import source_file
from pti.session.effects import ExportObjects
from pti.session.exportable import Exportable
from tests.benchmarks.runner import Benchmark
from tests.support.dicom_factory import ct_series

_SLICES, _SIZE = 200, 512
_OURS, _PYDICOM, _REFERENCE = "pti", "pydicom, read and written anew", "files copied"


def benchmark() -> Benchmark:
    folder = tempfile.TemporaryDirectory(prefix="pti-bench-export-")
    whole = Path(folder.name)
    (whole / "source").mkdir()
    images = ct_series([(0.0, 0.0, float(z)) for z in range(_SLICES)], rows=_SIZE, columns=_SIZE)
    for ds in images:
        ds.save_as(whole / "source" / f"{ds.SOPInstanceUID}.dcm", enforce_file_format=True)
    items = tuple(_item(ds, whole / "source") for ds in images)
    effect = partial(ExportObjects, 1, read_patient(Attributes(images[0])), items)

    def export(target: Path) -> None:
        export_objects(effect(target), ExportSettings(), CancelToken(), lambda _text, _share: None)

    def into_new_folder(write: Callable[[Path], None]) -> Path:
        target = Path(tempfile.mkdtemp(dir=folder.name))  # goes when the benchmark, which keeps `folder`, does
        write(target)
        return target

    return Benchmark(
        f"{_SLICES} CT images of {_SIZE} x {_SIZE} pixels, Explicit VR LE, written in Implicit VR LE",
        {
            _OURS: lambda: into_new_folder(export),
            _PYDICOM: lambda: into_new_folder(partial(_rewrite, whole / "source")),
            _REFERENCE: lambda: into_new_folder(partial(_copy, whole / "source")),
        },
        _REFERENCE,
        _agreement,
        rounds=3,
    )


def _item(ds: Dataset, folder: Path) -> Exportable:
    uid = str(ds.SOPInstanceUID)
    source = source_file(InstanceReference(CT_IMAGE, uid), folder / f"{uid}.dcm")
    return Exportable(ObjectKind.CT, f"CT image {uid}", (uid,), source)


def _copy(source: Path, target: Path) -> None:
    for path in source.iterdir():
        _put(target / path.name, path.read_bytes())


def _put(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _rewrite(source: Path, target: Path) -> None:
    for path in source.iterdir():
        ds = pydicom.dcmread(path)
        ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        with (target / path.name).open("wb") as file:
            pydicom.dcmwrite(file, ds, implicit_vr=True, little_endian=True, enforce_file_format=True)
            file.flush()
            os.fsync(file.fileno())


def _agreement(results: Mapping[str, object]) -> str:
    ours, pydicoms = (results[name] for name in (_OURS, _PYDICOM))
    assert isinstance(ours, Path)
    assert isinstance(pydicoms, Path)
    size = 0
    for path in pydicoms.iterdir():
        one, other = pydicom.dcmread(ours / f"CT.{path.name}"), pydicom.dcmread(path)
        assert one == other
        assert np.array_equal(one.pixel_array, other.pixel_array)
        size += path.stat().st_size
    return f"the same {_SLICES} data sets, {size / 1e6:.0f} MB"
