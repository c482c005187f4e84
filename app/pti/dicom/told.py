"""The same remark about many slices, told once: how many they are, and one of them by name."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """Remarks about the slices of a series.

    Parameters
    ----------
    names : what each slice is called in messages, by its index: a file name or the number of its image
    """

    names: tuple[str, ...]
    slices: dict[str, list[int]] = field(default_factory=dict)

    def add(self, text: str, index: int) -> None:
        """Note a remark about one slice."""
        self.slices.setdefault(text, []).append(index)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every remark with its slices."""
        return tuple(f"{text} ({self._where(indices)})" for text, indices in self.slices.items())

    def _where(self, indices: list[int]) -> str:
        count, total = len(indices), len(self.names)
        return f"in {count} of {total} slices" + (f", first {self.names[indices[0]]}" if count < total else "")
