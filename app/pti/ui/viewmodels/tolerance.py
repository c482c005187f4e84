"""How large a correction is: the two levels, in one place."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """What a value of the correction calls for."""

    OK = "OK"
    CHECK = "CHECK"
    LARGE = "LARGE"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Above `check` a person looks twice; above `large` something may be wrong."""

    check: float
    large: float

    def level(self, value: float) -> Level:
        """The level of a value, by its size."""
        size = abs(value)
        if size > self.large:
            return Level.LARGE
        return Level.CHECK if size > self.check else Level.OK


TRANSLATION_MM = Tolerance(3.0, 10.0)
ROTATION_DEG = Tolerance(1.5, 3.0)
