"""File mode's dialog: what a folder holds, every complaint, and what to open of it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from pti.dicom.importing.report import ImportReport, ObjectKind
from pti.session import intents as it
from pti.session.model import FileCheck, SessionState
from pti.session.phases import NoPatient
from pti.ui.panels.file_dialog import FolderLine, KindRow, Verdict, choose_folder, lay_out
from pti.ui.panels.import_list import ImportList
from pti.ui.viewmodels.importing import images_to_choose, opening, plan_to_choose


class ImportDialog(QDialog):
    """Shown while files are looked at and chosen from; emits intents."""

    intent = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle("Open files")
        self.resize(1180, 720)
        self._check: FileCheck | None = None
        self._line = FolderLine("From:", "importFolder")
        self._kinds = KindRow("Read:", ObjectKind, "kind")
        self._list = ImportList()
        self._verdict = Verdict("Open", "import")
        self._open = self._verdict.do
        self._open.setObjectName("importOpenButton")
        lay_out(self, self._line, self._kinds, self._list, self._verdict)
        self._kinds.changed.connect(self._look_again)
        self._line.button.clicked.connect(self.choose)
        self._list.choice_changed.connect(self._show_verdict)
        self._open.clicked.connect(self._on_open)
        self._verdict.close_button.clicked.connect(self.reject)
        self.rejected.connect(self._on_rejected)

    def choose(self) -> None:
        """Let a person choose a folder; what it holds is looked at next."""
        start = None if self._check is None else self._check.path
        choose_folder(self.parentWidget(), "Open a patient from files", "folderChooser", start, self._on_folder)

    def present(self, state: SessionState) -> None:
        """Show what the files hold; hide where nothing is looked at."""
        check = state.file_check if isinstance(state.phase, NoPatient) else None
        if check is None:
            self._check = None
            self.hide()
            return
        if check is self._check:
            return
        self._check = check
        self._line.show_folder(check.path)
        self._kinds.show_progress(check.progress)
        self._list.setEnabled(check.report is not None)
        if not self.isVisible():
            self.open()
        if check.report is None:
            self._show_verdict()
        else:
            self._show_report(check.report)

    def _show_report(self, report: ImportReport) -> None:
        plan = plan_to_choose(report)
        self._list.show_report(report, plan, images_to_choose(report, plan))
        self._show_verdict()
        # What Enter presses: the next thing to do.
        first = self._open if self._open.isEnabled() else self._line.button
        first.setDefault(True)
        first.setFocus()

    def _show_verdict(self) -> None:
        report = None if self._check is None else self._check.report
        if report is None:
            self._verdict.say("", possible=False)
            return
        what = opening(report, self._list.plan_uid, self._list.image_uids, self._list.registration_uid)
        self._verdict.say(what.text, possible=what.possible)

    # -- what a person wants

    def _on_folder(self, folder: str) -> None:
        self.intent.emit(it.CheckFiles(Path(folder), self._kinds.wanted))

    def _look_again(self) -> None:
        if self._check is not None:
            self.intent.emit(it.CheckFiles(self._check.path, self._kinds.wanted))

    def _on_open(self) -> None:
        plan_uid = self._list.plan_uid
        if plan_uid is not None:
            images = tuple(sorted(self._list.image_uids))
            self.intent.emit(it.OpenFiles(plan_uid, images, self._list.registration_uid))

    def _on_rejected(self) -> None:
        if self._check is not None:
            self.intent.emit(it.DismissFiles())
