"""What the dialogs that read files and that write files are both made of."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pti.dicom.importing.report import ObjectKind
from pti.session.phases import Progress
from pti.ui.panels.widgets import ElidedLabel, label

#: "Writing 9999 of 9999" has room, however few there were before.
_DOING_WIDTH = 180


class FolderLine(QWidget):
    """The folder that is meant, and the button to choose another."""

    def __init__(self, caption: str, name: str) -> None:
        super().__init__()
        self._path = ElidedLabel("value")
        self._path.setObjectName(name)
        self.button = QPushButton()
        self.button.setObjectName(f"{name}Button")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(label(caption, "muted"))
        line.addWidget(self._path, 1)
        line.addWidget(self.button)

    def show_folder(self, folder: Path | None) -> None:
        """Show a folder, or that there is none yet."""
        self._path.set_whole_text("no folder chosen yet" if folder is None else str(folder))
        self.button.setText("Choose folder" if folder is None else "Another folder")


class KindRow(QWidget):
    """Which kinds of object are wanted, and below them how far the task is; its bar keeps its place."""

    changed = Signal()

    def __init__(self, caption: str, kinds: Iterable[ObjectKind], name: str) -> None:
        super().__init__()
        self.boxes = {kind: QCheckBox(kind.value) for kind in kinds}
        self._doing = label("", "muted")
        self._doing.setMinimumWidth(_DOING_WIDTH)
        self._doing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        keeps_its_place = self._bar.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeps_its_place)
        line = QHBoxLayout()
        line.addWidget(label(caption, "muted"))
        for kind, box in self.boxes.items():
            box.setObjectName(f"{name} {kind.name}")
            box.clicked.connect(self.changed)
            line.addWidget(box)
        line.addStretch(1)
        line.addWidget(self._doing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(line)
        layout.addWidget(self._bar)
        self.check_all()

    @property
    def wanted(self) -> frozenset[ObjectKind]:
        """The kinds with a check mark."""
        return frozenset(kind for kind, box in self.boxes.items() if box.isChecked())

    def check_all(self) -> None:
        """Want every kind."""
        for box in self.boxes.values():
            box.setChecked(True)

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far the task is; None where none runs."""
        fraction = None if progress is None else progress.fraction
        self._doing.setText("" if progress is None else progress.text)
        self._bar.setVisible(progress is not None)
        self._bar.setRange(0, 0 if fraction is None else 100)
        self._bar.setValue(0 if fraction is None else round(100 * fraction))


class Verdict(QWidget):
    """What would be done or was done, in words; beside them the buttons to do it and to close."""

    def __init__(self, do: str, name: str) -> None:
        super().__init__()
        self._words = label("", "value")
        self._words.setObjectName(f"{name}Verdict")
        self._words.setWordWrap(True)
        self.do, self.close_button = QPushButton(do), QPushButton("Close")
        self.close_button.setObjectName(f"{name}CloseButton")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._words, 1)
        for button, role in ((self.close_button, "secondary"), (self.do, "primary")):
            button.setProperty("role", role)
            button.setMinimumWidth(140)
            line.addWidget(button)

    def say(self, words: str, *, possible: bool) -> None:
        """Show the words, and whether the first button can be pressed."""
        self._words.setText(words)
        self.do.setEnabled(possible)


def lay_out(dialog: QDialog, folder: FolderLine, kinds: KindRow, content: QWidget, verdict: Verdict) -> None:
    """Put the parts below one another; `content` takes what the others leave."""
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 20)
    layout.setSpacing(12)
    layout.addWidget(folder)
    layout.addWidget(kinds)
    layout.addWidget(content, 1)
    layout.addWidget(verdict)


def choose_folder(parent: QWidget | None, title: str, name: str, start: Path | None, chosen: Callable[[str], None]) -> None:
    """Let a person choose a folder, beginning at `start`; what he chooses goes to `chosen`."""
    chooser = QFileDialog(parent, title)
    chooser.setObjectName(name)
    chooser.setFileMode(QFileDialog.FileMode.Directory)
    if start is not None:
        chooser.setDirectory(str(start))
    chooser.fileSelected.connect(chosen)
    chooser.finished.connect(chooser.deleteLater)
    chooser.open()
