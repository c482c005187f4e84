"""itk-rtk's Joseph projector on the program's own volumes and geometries; only where itk-rtk is installed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.attenuation import AttenuationVolume


class RtkProjector:
    """Joseph forward projection of one volume; the volume is handed to ITK once.

    Raises
    ------
    ImportError
        If itk-rtk is not installed.
    """

    def __init__(self, volume: AttenuationVolume) -> None:
        import itk
        from itk import RTK

        self._itk, self._rtk = itk, RTK
        self._image_type = itk.Image[itk.F, 3]
        self._volume: Any = itk.image_from_array(volume.per_mm)
        self._volume.SetSpacing([float(step) for step in volume.spacing_mm])
        self._volume.SetOrigin([float(value) for value in volume.origin_mm])

    def __call__(self, geometry: ImagerGeometry, patient_to_fixed: RigidTransform) -> NDArray[np.float32]:
        """Line integrals (rows, columns) from the source to each pixel."""
        to_patient = patient_to_fixed.inverse()
        source, first, below, right = to_patient(
            np.array([geometry.source_fixed_mm, *geometry.pixels_to_fixed([(0, 0), (1, 0), (0, 1)])])
        )
        along_columns, along_rows = (step / np.linalg.norm(step) for step in (right - first, below - first))
        rtk_geometry = self._rtk.ThreeDCircularProjectionGeometry.New()
        added = rtk_geometry.AddProjection(
            [float(v) for v in source],
            [float(v) for v in first],
            [float(v) for v in along_columns],
            [float(v) for v in along_rows],
        )
        if not added:
            raise ValueError("itk-rtk does not take this geometry")
        blank = self._rtk.ConstantImageSource[self._image_type].New()
        blank.SetOrigin([0.0, 0.0, 0.0])
        blank.SetSpacing([geometry.column_spacing_mm, geometry.row_spacing_mm, 1.0])
        blank.SetSize([geometry.columns, geometry.rows, 1])
        projector = self._rtk.JosephForwardProjectionImageFilter[self._image_type, self._image_type].New()
        projector.SetGeometry(rtk_geometry)
        projector.SetInput(0, blank.GetOutput())
        projector.SetInput(1, self._volume)
        projector.Update()
        return np.array(self._itk.array_view_from_image(projector.GetOutput())[0], dtype=np.float32)
