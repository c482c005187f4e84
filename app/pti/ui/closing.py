"""The question before the window closes on something that is not saved."""

from PySide6.QtWidgets import QMessageBox, QWidget


def close_without_saving(parent: QWidget) -> bool:
    """Ask whether to close although something is not saved; the answer that loses nothing is the default."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Close PTI?")
    box.setText("Images or a match of this patient are not saved.")
    box.setInformativeText("Save first to send them to the treatment management system.")
    close = box.addButton("Close without saving", QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is close
