"""The geometry of a kV system as the machine description says."""

from pti.foundation.machine import KvSystem
from pti.geometry.imagers import ImagerGeometry


def panel_geometry(system: KvSystem) -> ImagerGeometry:
    """Source and panel of a kV system: the panel's middle at the calibrated receptor translation."""
    spacing = system.pixel_spacing_mm
    return ImagerGeometry(
        system.source_angle_deg,
        system.sad_mm,
        system.sid_mm,
        system.rows,
        system.columns,
        spacing,
        spacing,
        (-(system.columns - 1) / 2 * spacing, (system.rows - 1) / 2 * spacing),
        system.receptor_angle_deg,
        system.receptor_translation_mm,
    )
