"""The export dialog: what of the patient to write, into which folder, and what became of it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pti.dicom.importing.report import ObjectKind
from pti.session import intents as it
from pti.session.exportable import EXPORTABLE_KINDS
from pti.session.model import SessionState
from pti.session.phases import Exporting, Progress
from pti.ui.panels.export_list import ExportList
from pti.ui.panels.widgets import ElidedLabel, label, set_role
from pti.ui.viewmodels.exporting import ExportView, export_view

#: "Writing 9999 of 9999" has room, however few there were before.
_DOING_WIDTH = 180


class ExportDialog(QDialog):
    """Opened by a person, for the patient that is open; emits intents."""

    intent = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export")
        self.resize(980, 560)
        self._state: SessionState | None = None
        self._folder: Path | None = None
        self._path = ElidedLabel("value")
        self._path.setObjectName("exportFolder")
        self._choose = QPushButton("Choose folder")
        self._choose.setObjectName("exportFolderButton")
        self._kinds = {kind: QCheckBox() for kind in EXPORTABLE_KINDS}
        for kind, box in self._kinds.items():
            box.setObjectName(f"export {kind.name}")
            box.setChecked(True)
            box.clicked.connect(self._show)
        self._doing = label("", "muted")
        self._doing.setMinimumWidth(_DOING_WIDTH)
        self._doing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        keeps_its_place = self._bar.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeps_its_place)
        self._list = ExportList()
        self._verdict = label("", "value")
        self._verdict.setObjectName("exportVerdict")
        self._verdict.setWordWrap(True)
        self._export, self._close = QPushButton("Export"), QPushButton("Close")
        self._export.setObjectName("exportButton")
        self._close.setObjectName("exportCloseButton")
        self._lay_out()
        self._choose.clicked.connect(self._on_choose)
        self._export.clicked.connect(self._on_export)
        self._close.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label("To:", "muted"))
        head.addWidget(self._path, 1)
        head.addWidget(self._choose)
        kinds = QHBoxLayout()
        kinds.addWidget(label("Write:", "muted"))
        for box in self._kinds.values():
            kinds.addWidget(box)
        kinds.addStretch(1)
        kinds.addWidget(self._doing)
        foot = QHBoxLayout()
        foot.addWidget(self._verdict, 1)
        for button, role in ((self._close, "secondary"), (self._export, "primary")):
            button.setProperty("role", role)
            button.setMinimumWidth(140)
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addLayout(kinds)
        layout.addWidget(self._bar)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)

    def ask(self, state: SessionState) -> None:
        """Let a person choose what of the open patient is exported."""
        self._state = state
        for box in self._kinds.values():
            box.setChecked(True)
        self._show()
        self.open()
        self._first_button(self._view()).setFocus()

    def present(self, state: SessionState) -> None:
        """Follow the session while the dialog is open; close with the patient."""
        before, self._state = self._state, state
        if state.case is None:
            self._folder = None
            self.hide()
        elif self.isVisible() and (before is None or (before.phase, before.exported) != (state.phase, state.exported)):
            self._show()

    def _show(self) -> None:
        if self._state is None:
            return
        progress = self._state.phase.progress if isinstance(self._state.phase, Exporting) else None
        view = self._view()
        self._path.set_whole_text("no folder chosen yet" if self._folder is None else str(self._folder))
        self._choose.setText("Choose folder" if self._folder is None else "Another folder")
        self._show_kinds(view, progress is None)
        self._show_progress(progress)
        self._list.show_rows(view.rows)
        self._verdict.setText(view.verdict)
        self._export.setEnabled(view.possible)
        self._close.setText("Close" if progress is None else "Stop")
        self._close.setEnabled(progress is None or not progress.stopping)
        set_role(self._close, "secondary" if progress is None else "stop")
        self._first_button(view).setDefault(True)

    def _view(self) -> ExportView:
        assert self._state is not None
        return export_view(self._state, self._folder, self._wanted())

    def _first_button(self, view: ExportView) -> QPushButton:
        """What Enter presses: the next thing to do."""
        if self._folder is None:
            return self._choose
        return self._export if view.possible and not view.done else self._close

    def _show_kinds(self, view: ExportView, resting: bool) -> None:
        self._choose.setEnabled(resting)
        counts = {choice.kind: choice for choice in view.choices}
        for kind, box in self._kinds.items():
            choice = counts.get(kind)
            box.setText("" if choice is None else choice.text)
            box.setEnabled(resting and choice is not None and choice.count > 0)

    def _show_progress(self, progress: Progress | None) -> None:
        fraction = None if progress is None else progress.fraction
        self._doing.setText("" if progress is None else progress.text)
        self._bar.setVisible(progress is not None)
        self._bar.setRange(0, 0 if fraction is None else 100)
        self._bar.setValue(0 if fraction is None else round(100 * fraction))

    # -- what a person wants

    def _wanted(self) -> frozenset[ObjectKind]:
        return frozenset(kind for kind, box in self._kinds.items() if box.isChecked())

    def _on_choose(self) -> None:
        chooser = QFileDialog(self, "Export to a folder")
        chooser.setObjectName("exportFolderChooser")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        if self._folder is not None:
            chooser.setDirectory(str(self._folder))
        chooser.fileSelected.connect(self._on_folder)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_folder(self, folder: str) -> None:
        self._folder = Path(folder)
        self._show()
        self._export.setFocus()

    def _on_export(self) -> None:
        if self._folder is not None:
            self.intent.emit(it.ExportObjects(self._folder, self._wanted()))

    def reject(self) -> None:
        """Stop what is being written; close where nothing is."""
        if self._state is not None and isinstance(self._state.phase, Exporting):
            self.intent.emit(it.StopTask())
        else:
            super().reject()
