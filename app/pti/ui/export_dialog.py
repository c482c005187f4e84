"""The export dialog: what of the patient to write, into which folder, and what became of it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from pti.session import intents as it
from pti.session.exportable import EXPORTABLE_KINDS
from pti.session.model import SessionState
from pti.session.phases import Exporting
from pti.ui.panels.export_list import ExportList
from pti.ui.panels.file_dialog import FolderLine, KindRow, Verdict, choose_folder, lay_out
from pti.ui.panels.widgets import set_role
from pti.ui.viewmodels.exporting import ExportView, export_view


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
        self._line = FolderLine("To:", "exportFolder")
        self._kinds = KindRow("Write:", EXPORTABLE_KINDS, "export")
        self._list = ExportList()
        self._verdict = Verdict("Export", "export")
        self._choose, self._export, self._close = self._line.button, self._verdict.do, self._verdict.close_button
        self._export.setObjectName("exportButton")
        lay_out(self, self._line, self._kinds, self._list, self._verdict)
        self._kinds.changed.connect(self._show)
        self._choose.clicked.connect(self._on_choose)
        self._export.clicked.connect(self._on_export)
        self._close.clicked.connect(self.reject)

    def ask(self, state: SessionState) -> None:
        """Let a person choose what of the open patient is exported."""
        self._state = state
        self._kinds.check_all()
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
        self._line.show_folder(self._folder)
        self._choose.setEnabled(progress is None)
        self._show_kinds(view, progress is None)
        self._kinds.show_progress(progress)
        self._list.show_rows(view.rows)
        self._verdict.say(view.verdict, possible=view.possible)
        self._close.setText("Close" if progress is None else "Stop")
        self._close.setEnabled(progress is None or not progress.stopping)
        set_role(self._close, "secondary" if progress is None else "stop")
        self._first_button(view).setDefault(True)

    def _view(self) -> ExportView:
        assert self._state is not None
        return export_view(self._state, self._folder, self._kinds.wanted)

    def _first_button(self, view: ExportView) -> QPushButton:
        """What Enter presses: the next thing to do."""
        if self._folder is None:
            return self._choose
        return self._export if view.possible and not view.done else self._close

    def _show_kinds(self, view: ExportView, resting: bool) -> None:
        counts = {choice.kind: choice for choice in view.choices}
        for kind, box in self._kinds.boxes.items():
            choice = counts.get(kind)
            box.setText("" if choice is None else choice.text)
            box.setEnabled(resting and choice is not None and choice.count > 0)

    # -- what a person wants

    def _on_choose(self) -> None:
        choose_folder(self, "Export to a folder", "exportFolderChooser", self._folder, self._on_folder)

    def _on_folder(self, folder: str) -> None:
        self._folder = Path(folder)
        self._show()
        self._export.setFocus()

    def _on_export(self) -> None:
        if self._folder is not None:
            self.intent.emit(it.ExportObjects(self._folder, self._kinds.wanted))

    def reject(self) -> None:
        """Stop what is being written; close where nothing is."""
        if self._state is not None and isinstance(self._state.phase, Exporting):
            self.intent.emit(it.StopTask())
        else:
            super().reject()
