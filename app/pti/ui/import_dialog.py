"""File mode's dialog: what a folder holds, every complaint, and what to open of it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pti.dicom.importing.report import ObjectKind
from pti.session import intents as it
from pti.session.model import FileCheck, SessionState
from pti.session.phases import NoPatient
from pti.ui.panels.import_list import ImportList
from pti.ui.panels.widgets import ElidedLabel, label
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
        self._path = ElidedLabel("value")
        self._another = QPushButton("Another folder")
        self._kinds = {kind: QCheckBox(kind.value) for kind in ObjectKind}
        for kind, box in self._kinds.items():
            box.setObjectName(f"kind {kind.name}")
            box.setChecked(True)
            box.clicked.connect(self._look_again)
        self._doing = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        keeps_its_place = self._bar.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeps_its_place)
        self._list = ImportList()
        self._verdict = label("", "value")
        self._verdict.setObjectName("importVerdict")
        self._verdict.setWordWrap(True)
        self._open, self._close = QPushButton("Open"), QPushButton("Close")
        self._open.setObjectName("importOpenButton")
        self._close.setObjectName("importCloseButton")
        self._lay_out()
        self._another.clicked.connect(self.choose)
        self._list.choice_changed.connect(self._show_verdict)
        self._open.clicked.connect(self._on_open)
        self._close.clicked.connect(self.reject)
        self.rejected.connect(self._on_rejected)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._path, 1)
        head.addWidget(self._another)
        kinds = QHBoxLayout()
        kinds.addWidget(label("Read:", "muted"))
        for box in self._kinds.values():
            kinds.addWidget(box)
        kinds.addStretch(1)
        kinds.addWidget(self._doing)
        foot = QHBoxLayout()
        foot.addWidget(self._verdict, 1)
        for button, role in ((self._close, "secondary"), (self._open, "primary")):
            button.setProperty("role", role)
            button.setMinimumWidth(140)
            foot.addWidget(button)
        self._open.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addLayout(kinds)
        layout.addWidget(self._bar)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)

    def choose(self) -> None:
        """Let a person choose a folder; what it holds is looked at next."""
        chooser = QFileDialog(self.parentWidget(), "Open a patient from files")
        chooser.setObjectName("folderChooser")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        if self._check is not None:
            chooser.setDirectory(str(self._check.path))
        chooser.fileSelected.connect(self._on_folder)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

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
        self._path.set_whole_text(str(check.path))
        self._show_progress(check)
        self._list.setEnabled(check.report is not None)
        if check.report is not None:
            plan = plan_to_choose(check.report)
            self._list.show_report(check.report, plan, images_to_choose(check.report, plan))
        self._show_verdict()
        if not self.isVisible():
            self.open()

    def _show_progress(self, check: FileCheck) -> None:
        progress = check.progress
        self._doing.setText("" if progress is None else progress.text)
        fraction = None if progress is None else progress.fraction
        self._bar.setVisible(progress is not None)
        self._bar.setRange(0, 0 if fraction is None else 100)
        self._bar.setValue(0 if fraction is None else round(100 * fraction))

    def _show_verdict(self) -> None:
        report = None if self._check is None else self._check.report
        if report is None:
            self._verdict.setText("")
            self._open.setEnabled(False)
            return
        what = opening(report, self._list.plan_uid, self._list.image_uids, self._list.registration_uid)
        self._verdict.setText(what.text)
        self._open.setEnabled(what.possible)

    # -- what a person wants

    def _on_folder(self, folder: str) -> None:
        self.intent.emit(it.CheckFiles(Path(folder), self._wanted()))

    def _look_again(self) -> None:
        if self._check is not None:
            self.intent.emit(it.CheckFiles(self._check.path, self._wanted()))

    def _wanted(self) -> frozenset[ObjectKind]:
        return frozenset(kind for kind, box in self._kinds.items() if box.isChecked())

    def _on_open(self) -> None:
        plan_uid = self._list.plan_uid
        if plan_uid is not None:
            images = tuple(sorted(self._list.image_uids))
            self.intent.emit(it.OpenFiles(plan_uid, images, self._list.registration_uid))

    def _on_rejected(self) -> None:
        if self._check is not None:
            self.intent.emit(it.DismissFiles())
