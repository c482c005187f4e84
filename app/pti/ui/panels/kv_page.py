"""The two kV views with their tools."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from pti.imaging.display.blending import Palette
from pti.session.model import SessionState
from pti.session.phases import Acquiring
from pti.ui.actions import Actions, ViewCommand
from pti.ui.panels.widgets import label, tool_button
from pti.ui.viewmodels.kv import Pose, kv_pictures, pose_to_show
from pti.ui.views.kv_settings import Flicker, KvSettings
from pti.ui.views.kv_view import KvView

_PALETTES = (("Grey", Palette.GREY), ("Orange / blue", Palette.ORANGE_BLUE), ("Green / magenta", Palette.GREEN_MAGENTA))
_VIEWS = 2


class KvPage(QWidget):
    """Two views side by side that are looked at in the same way."""

    maximised = Signal(bool)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._state: SessionState | None = None
        self._settings = KvSettings()
        self._maximised: KvView | None = None
        self.views = tuple(KvView() for _ in range(_VIEWS))
        for index, view in enumerate(self.views):
            view.setObjectName(f"kvView{index}")
            view.maximise_asked.connect(self._toggle_maximised)
            view.curtain_moved.connect(self._move_curtain)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("blendSlider")
        self._slider.setRange(0, 100)
        self._slider.setValue(50)
        self._slider.setMinimumWidth(110)
        self._slider.setMaximumWidth(320)
        self._colours = QComboBox()
        self._colours.setObjectName("colourBox")
        self._colours.addItems([name for name, _ in _PALETTES])
        self._colours.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self._connect()

    @property
    def settings(self) -> KvSettings:
        """How the views are looked at."""
        return self._settings

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        for view in self.views:
            row.addWidget(view, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tool_bar())
        layout.addLayout(row, 1)

    def _tool_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("toolBar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 5, 12, 5)
        line.setSpacing(4)
        line.addWidget(label("kV", "title"))
        line.addSpacing(4)
        line.addWidget(self._slider, 2)
        line.addSpacing(4)
        line.addWidget(label("DRR", "title"))
        line.addSpacing(6)
        blend = QHBoxLayout()
        blend.setSpacing(0)
        parts = ((ViewCommand.ACQUIRED_ONLY, "Left"), (ViewCommand.BOTH, "Middle"), (ViewCommand.DRR_ONLY, "Right"))
        for command, place in parts:
            blend.addWidget(tool_button(self._actions[command], segment=place))
        line.addLayout(blend)
        line.addSpacing(2)
        line.addWidget(tool_button(self._actions[ViewCommand.FLICKER], "eye-outline"))
        line.addWidget(tool_button(self._actions[ViewCommand.CURTAIN], "compare"))
        line.addWidget(self._colours)
        line.addStretch(1)
        line.addWidget(tool_button(self._actions[ViewCommand.POSE], "swap-horizontal"))
        line.addStretch(1)
        line.addWidget(tool_button(self._actions[ViewCommand.GRATICULE], "crosshairs"))
        line.addWidget(tool_button(self._actions[ViewCommand.OUTLINES], "vector-polygon"))
        line.addWidget(tool_button(self._actions[ViewCommand.WINDOW], "contrast-circle", text=False))
        line.addWidget(tool_button(self._actions[ViewCommand.RESET], "fit-to-screen-outline", text=False))
        return bar

    def _connect(self) -> None:
        a = self._actions
        self._slider.valueChanged.connect(self._on_slider)
        self._colours.activated.connect(self._on_colours)
        a[ViewCommand.ACQUIRED_ONLY].triggered.connect(self._show_acquired)
        a[ViewCommand.BOTH].triggered.connect(self._show_both)
        a[ViewCommand.DRR_ONLY].triggered.connect(self._show_drr)
        a[ViewCommand.FLICKER].triggered.connect(self._flicker)
        a[ViewCommand.CURTAIN].toggled.connect(self._on_curtain)
        a[ViewCommand.COLOURS].triggered.connect(self._next_colours)
        a[ViewCommand.GRATICULE].setChecked(True)
        a[ViewCommand.GRATICULE].toggled.connect(self._on_graticule)
        a[ViewCommand.OUTLINES].setChecked(True)
        a[ViewCommand.OUTLINES].toggled.connect(self._on_outlines)
        a[ViewCommand.POSE].setChecked(True)
        a[ViewCommand.POSE].toggled.connect(self._on_pose)
        a[ViewCommand.WINDOW].triggered.connect(self._auto_window)

    # -- state

    def present(self, state: SessionState) -> None:
        """Show the images that are on the screen."""
        self._state = state
        pictures = kv_pictures(state, self._settings.pose)
        waiting = "Taking images ..." if isinstance(state.phase, Acquiring) else ""
        for index, view in enumerate(self.views):
            view.show_picture(pictures[index] if index < len(pictures) else None, waiting)
        pose = pose_to_show(state, self._settings.pose)
        matched = pose_to_show(state, Pose.MATCHED) is Pose.MATCHED
        self._actions[ViewCommand.POSE].setEnabled(matched)
        self._actions[ViewCommand.POSE].setText("DRR: matched" if pose is Pose.MATCHED else "DRR: planned")

    def hide_structures(self, names: frozenset[str]) -> None:
        """Do not draw these."""
        self._apply(replace(self._settings, hidden=names))

    def reset_views(self) -> None:
        """Whole images, automatic windows."""
        for view in self.views:
            view.reset_view()
        self._auto_window()

    def _apply(self, settings: KvSettings) -> None:
        self._settings = settings
        for view in self.views:
            view.apply(settings)
        self._slider.blockSignals(True)
        self._slider.setValue(round(100 * settings.shown_share))
        self._slider.blockSignals(False)

    # -- what a person wants

    def _on_slider(self, value: int) -> None:
        self._apply(replace(self._settings, share=value / 100, flicker=None))

    def _show_acquired(self) -> None:
        self._apply(replace(self._settings, share=0.0, flicker=None))

    def _show_both(self) -> None:
        self._apply(replace(self._settings, share=0.5, flicker=None))

    def _show_drr(self) -> None:
        self._apply(replace(self._settings, share=1.0, flicker=None))

    def _flicker(self) -> None:
        other = Flicker.DRR if self._settings.flicker is Flicker.ACQUIRED else Flicker.ACQUIRED
        self._actions[ViewCommand.CURTAIN].setChecked(False)
        self._apply(replace(self._settings, flicker=other))

    def _on_curtain(self, on: bool) -> None:
        self._apply(replace(self._settings, curtain=0.5 if on else None, flicker=None))

    def _move_curtain(self, share: float) -> None:
        self._apply(replace(self._settings, curtain=share))

    def _on_colours(self, index: int) -> None:
        self._apply(replace(self._settings, palette=_PALETTES[index][1], flicker=None))

    def _next_colours(self) -> None:
        index = (self._colours.currentIndex() + 1) % len(_PALETTES)
        self._colours.setCurrentIndex(index)
        self._on_colours(index)

    def _on_graticule(self, on: bool) -> None:
        self._apply(replace(self._settings, graticule=on))

    def _on_outlines(self, on: bool) -> None:
        self._apply(replace(self._settings, outlines=on))

    def _on_pose(self, matched: bool) -> None:
        self._apply(replace(self._settings, pose=Pose.MATCHED if matched else Pose.PLANNED))
        if self._state is not None:
            self.present(self._state)

    def _auto_window(self) -> None:
        for view in self.views:
            view.reset_windows()

    def restore(self) -> None:
        """Show both views."""
        if self._maximised is not None:
            self._maximise(None)

    def _toggle_maximised(self) -> None:
        sender = self.sender()
        self._maximise(sender if self._maximised is None and isinstance(sender, KvView) else None)

    def _maximise(self, one: KvView | None) -> None:
        self._maximised = one
        for view in self.views:
            view.setVisible(one is None or view is one)
        self.maximised.emit(one is not None)
