"""The planning CT: three linked slices through the isocentre, and the structures."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from pti.imaging.display.slices import Point, SlicePlane
from pti.imaging.display.window import BONE, LUNG, SOFT_TISSUE, Window
from pti.imaging.structure_models import StructureModels
from pti.session.case import OpenCase
from pti.session.model import SessionState
from pti.ui.actions import Actions, ViewCommand
from pti.ui.panels.structure_list import StructureList
from pti.ui.panels.widgets import label, tool_button
from pti.ui.viewmodels.formats import NOT_KNOWN
from pti.ui.views.slice_contours import SliceContours
from pti.ui.views.slice_view import SliceSettings, SliceView

_PRESETS = (("Soft tissue", SOFT_TISSUE, "Left"), ("Bone", BONE, "Middle"), ("Lung", LUNG, "Right"))

_NO_MODELS: StructureModels = {}


class SlicesPage(QWidget):
    """Axial large, coronal and sagittal beside it; all go through one point."""

    hidden_changed = Signal(object)
    maximised = Signal(bool)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: OpenCase | None = None
        self._models: StructureModels | None = None
        self._settings = SliceSettings()
        self._views = {plane: SliceView(plane) for plane in SlicePlane}
        for plane, view in self._views.items():
            view.setObjectName(f"slice{plane.value}")
            view.point_chosen.connect(self._go_to)
            view.window_changed.connect(self._set_window)
            view.maximise_asked.connect(self._toggle_maximised)
        self._maximised: SliceView | None = None
        self.structures = StructureList()
        self.structures.setFixedWidth(240)
        self.structures.hidden_changed.connect(self._on_hidden)
        self._facts = label("", "muted")
        self._presets = QButtonGroup(self)
        self._fill = actions[ViewCommand.FILL]
        self._fill.setChecked(self._settings.filled)
        self._fill.toggled.connect(self._on_fill)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tool_bar())
        layout.addLayout(self._body(), 1)

    def _tool_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("toolBar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(16, 5, 16, 5)
        line.setSpacing(0)
        title = label("Planning CT", "title")
        line.addWidget(title)
        line.addSpacing(20)
        for index, (name, window, place) in enumerate(_PRESETS):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setProperty("role", f"segment{place}")
            button.setObjectName(f"preset{index}")
            button.setChecked(window == self._settings.window)
            self._presets.addButton(button, index)
            line.addWidget(button)
        self._presets.idClicked.connect(self._use_preset)
        line.addSpacing(12)
        line.addWidget(tool_button(self._fill, "format-color-fill"))
        line.addSpacing(12)
        self._facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(self._facts, 1)
        return bar

    def _body(self) -> QHBoxLayout:
        grid = QGridLayout()
        grid.setSpacing(2)
        for column, plane in enumerate((SlicePlane.AXIAL, SlicePlane.CORONAL, SlicePlane.SAGITTAL)):
            grid.addWidget(self._views[plane], 0, column)
            grid.setColumnStretch(column, 1)
        body = QHBoxLayout()
        body.setSpacing(2)
        body.addLayout(grid, 1)
        body.addWidget(self.structures)
        return body

    def present(self, state: SessionState) -> None:
        """Show the planning CT of the open patient."""
        case = state.case
        if case is None:
            self._show(None)
        elif self._case is None or self._case.ct is not case.ct or self._case.active_beam != case.active_beam:
            self._show(case)
        self._show_models(_NO_MODELS if state.modelled is None else state.modelled.models)

    def _show_models(self, models: StructureModels | None) -> None:
        if models is self._models:
            return
        self._models = models
        for view in self._views.values():
            view.show_models(models)
        self.structures.present_models(models or _NO_MODELS)

    def _show(self, case: OpenCase | None) -> None:
        if case is None and self._case is None:
            return
        same_ct = case is not None and self._case is not None and self._case.ct is case.ct
        self._case = case
        ct = None if case is None else case.ct.volume
        contours = None if case is None else SliceContours(case.structure_set, case.ct.volume)
        isocentre = (0.0, 0.0, 0.0) if case is None else case.active_beam.isocentre_mm
        for view in self._views.values():
            view.show_ct(ct, contours, isocentre)
        if not same_ct:
            self.structures.present(None if case is None else case.structure_set)
        self._facts.setText("" if case is None else _facts(case))

    def _go_to(self, point_mm: Point) -> None:
        for view in self._views.values():
            view.go_to(point_mm)

    def _apply(self, settings: SliceSettings) -> None:
        self._settings = settings
        for view in self._views.values():
            view.apply(settings)

    def _set_window(self, window: Window) -> None:
        self._apply(replace(self._settings, window=window))
        checked = self._presets.checkedButton()
        if checked is not None:
            self._presets.setExclusive(False)
            checked.setChecked(False)
            self._presets.setExclusive(True)

    def _use_preset(self, index: int) -> None:
        self._apply(replace(self._settings, window=_PRESETS[index][1]))

    def _on_fill(self, on: bool) -> None:
        self._apply(replace(self._settings, filled=on))

    def _on_hidden(self, hidden: frozenset[int]) -> None:
        self._apply(replace(self._settings, hidden=hidden))
        self.hidden_changed.emit(hidden)

    def restore(self) -> None:
        """Show all three slices."""
        if self._maximised is not None:
            self._maximise(None)

    def _toggle_maximised(self) -> None:
        sender = self.sender()
        self._maximise(sender if self._maximised is None and isinstance(sender, SliceView) else None)

    def _maximise(self, one: SliceView | None) -> None:
        self._maximised = one
        for view in self._views.values():
            view.setVisible(one is None or view is one)
        self.maximised.emit(one is not None)

    def reset_views(self) -> None:
        """Whole slices through the isocentre."""
        if self._case is not None:
            self._go_to(self._case.active_beam.isocentre_mm)
        for view in self._views.values():
            view.reset_view()


def _facts(case: OpenCase) -> str:
    ct = case.ct.volume
    slices, rows, columns = ct.hounsfield.shape
    steps = f"{ct.slice_step_mm:.2f} mm apart" if ct.evenly_spaced else f"unevenly spaced, {ct.slice_step_mm:.2f} mm on average"
    study = case.plan.study.description or NOT_KNOWN
    return f"{study}     {slices} slices of {columns} x {rows}, {steps}"
