"""SOP classes, presentation contexts and parameters of the network."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from pydicom.uid import UID
from pynetdicom.presentation import PresentationContext, build_context

from pti.network.contexts import (
    RECEIVED_CLASSES,
    RECEIVED_SYNTAXES,
    SENT_SYNTAXES,
    STORED_CLASSES,
    VERIFICATION,
    echo_contexts,
    find_contexts,
    move_contexts,
    store_contexts,
)
from pti.network.peers import LocalEntity
from pti.network.receiver import IDLE_ASSOCIATION_S, MAXIMUM_ASSOCIATIONS, SILENT_CLIENT_S
from pti.network.settings import NetworkSettings
from pti.network.transport import MAXIMUM_SEND_PDU, PDU_CEILING, STALL_TIMEOUT_S, UNLIMITED_RECEIVE_PDU
from tests.support.conformance.markdown import table

_SETTINGS = {
    "association_timeout_s": "Time-out, answer to an association request",
    "dimse_timeout_s": "Time-out, answer to a DIMSE request",
    "connection_timeout_s": "Time-out, TCP connection",
    "release_timeout_s": "Time-out, answer to a release; then A-ABORT",
    "straggler_timeout_s": "Time-out, instances that the peer of a C-MOVE says it has sent",
    "maximum_associations": "Associations initiated at a time",
}


def service_overview() -> str:
    """Which service is used and which provided."""
    requested = [*echo_contexts(), *find_contexts(), *move_contexts(), *store_contexts()]
    used = [str(context.abstract_syntax) for context in requested]
    provided = [VERIFICATION, *RECEIVED_CLASSES]
    classes = dict.fromkeys([*used, *provided])
    return table(
        ("SOP class", "UID", "user (SCU)", "provider (SCP)"),
        ((_name(uid), uid, _yes(uid in used), _yes(uid in provided)) for uid in classes),
    )


def media_overview() -> str:
    """Which objects are read from and written to files."""
    classes = dict.fromkeys([*RECEIVED_CLASSES, *STORED_CLASSES])
    return table(
        ("SOP class", "read from files", "written to files"),
        ((_name(uid), "yes", _yes(uid in STORED_CLASSES)) for uid in classes),
    )


def echo_table() -> str:
    """Proposed for Verification."""
    return _contexts(echo_contexts(), "SCU")


def find_table() -> str:
    """Proposed for C-FIND."""
    return _contexts(find_contexts(), "SCU")


def move_table() -> str:
    """Proposed for C-MOVE."""
    return _contexts(move_contexts(), "SCU")


def store_table() -> str:
    """Proposed for C-STORE."""
    return _contexts(store_contexts(), "SCU")


def accepted_table() -> str:
    """Accepted by the receiver."""
    return _contexts([build_context(uid, list(RECEIVED_SYNTAXES)) for uid in (VERIFICATION, *RECEIVED_CLASSES)], "SCP")


def _contexts(contexts: Sequence[PresentationContext], role: str) -> str:
    return table(
        ("abstract syntax", "UID", "transfer syntaxes", "role", "extended negotiation"),
        ((_name(str(c.abstract_syntax)), str(c.abstract_syntax), _syntaxes(c.transfer_syntax), role, "none") for c in contexts),
    )


def _syntaxes(uids: Iterable[UID] | None) -> str:
    return ", ".join(_short(uid) for uid in uids or ())


def _short(syntax: str) -> str:
    return UID(syntax).name.partition(":")[0].replace("Little Endian", "LE").replace("Big Endian", "BE")


def syntax_table() -> str:
    """The transfer syntaxes of the network, whose names the other tables shorten."""
    syntaxes = dict.fromkeys([*RECEIVED_SYNTAXES, *SENT_SYNTAXES])
    return table(("transfer syntax", "UID"), ((_short(syntax), str(syntax)) for syntax in syntaxes))


def _name(uid: str) -> str:
    return UID(uid).name.replace("Information Model ", "")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def parameter_table() -> str:
    """Titles, sizes and time-outs with their defaults."""
    local, settings = LocalEntity(), NetworkSettings()
    rows = [
        ("AE title", local.ae_title),
        ("TCP port", str(local.port)),
        ("Largest PDU received", "unlimited (0)" if UNLIMITED_RECEIVE_PDU == 0 else f"{UNLIMITED_RECEIVE_PDU} bytes"),
        ("Largest PDU received before the connection is closed", f"{PDU_CEILING >> 20} MiB"),
        ("Largest PDU sent", f"{MAXIMUM_SEND_PDU} bytes"),
        *((_SETTINGS[field.name], _with_unit(getattr(settings, field.name))) for field in fields(settings)),
        ("Time-out, PDU that stands still in the middle", _with_unit(STALL_TIMEOUT_S)),
        ("Receiver: associations at a time", str(MAXIMUM_ASSOCIATIONS)),
        ("Receiver: time-out, connection without a request", _with_unit(SILENT_CLIENT_S)),
        ("Receiver: time-out, association without traffic", _with_unit(IDLE_ASSOCIATION_S)),
    ]
    return table(("parameter", "default"), rows)


def _with_unit(value: float) -> str:
    return f"{value:g} s" if isinstance(value, float) else str(value)
