"""The plan that is selected in the list, large, to be compared with the patient before it is opened."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pti.network.queries import PlanSummary
from pti.ui.panels.widgets import card, label
from pti.ui.viewmodels import formats


class ChosenPlanPanel(QWidget):
    """Name, ID, birth date, sex and plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box, layout = card("dockCard")
        layout.setContentsMargins(24, 18, 24, 18)
        self._title = label("Selected plan", "title")
        self._name = label("", "heading")
        self._name.setStyleSheet("font-size: 30px;")
        self._name.setObjectName("chosenName")
        fields = QHBoxLayout()
        fields.setSpacing(48)
        self._values = {}
        for caption in ("ID", "Born", "Sex", "Plan", "Plan date"):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(label(caption, "caption"))
            self._values[caption] = label("", "value")
            self._values[caption].setStyleSheet("font-size: 20px;")
            column.addWidget(self._values[caption])
            fields.addLayout(column)
        fields.addStretch(1)
        self._hint = label("Arrow keys choose, Enter opens.", "muted")
        layout.addWidget(self._title)
        layout.addWidget(self._name)
        layout.addSpacing(8)
        layout.addLayout(fields)
        layout.addStretch(1)
        layout.addWidget(self._hint)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)

    def present(self, plan: PlanSummary | None) -> None:
        """Show a plan, or that none is selected."""
        for value in self._values.values():
            value.setText("")
        if plan is None:
            self._name.setText("No plan selected")
            return
        self._name.setText(formats.person(plan.patient_name))
        texts = {
            "ID": formats.or_not_known(plan.patient_id),
            "Born": formats.date(plan.birth_date),
            "Sex": formats.sex(plan.sex),
            "Plan": formats.or_not_known(plan.label),
            "Plan date": formats.date(plan.plan_date),
        }
        for caption, text in texts.items():
            self._values[caption].setText(text)
