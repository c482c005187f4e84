"""The page: the words of ``prose.md`` with the tables in their places."""

from collections.abc import Callable
from pathlib import Path
from string import Template

from pti.foundation.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from tests.support.conformance import created, dictionary, files, queries, receiving, required, services, statuses
from tests.support.conformance.markdown import contents

PAGE = Path(__file__).resolve().parents[3] / "resources" / "help" / "conformance.md"
PROSE = Path(__file__).with_name("prose.md")

#: Word after ``$`` in the prose -> what makes the text that stands for it.
PARTS: dict[str, Callable[[], str]] = {
    "service_overview": services.service_overview,
    "media_overview": services.media_overview,
    "network_syntaxes": services.syntax_table,
    "echo_contexts": services.echo_table,
    "find_contexts": services.find_table,
    "find_identifiers": queries.find_identifier_table,
    "move_contexts": services.move_table,
    "move_identifier": queries.move_identifier_table,
    "move_statuses": statuses.move_status_table,
    "store_contexts": services.store_table,
    "store_statuses": statuses.store_status_table,
    "network_failures": statuses.failure_table,
    "accepted_contexts": services.accepted_table,
    "store_answers": receiving.store_answer_table,
    "rejections": receiving.rejection_table,
    "parameters": services.parameter_table,
    "file_syntaxes": files.file_syntax_table,
    "written_syntax": files.written_syntax,
    "created_objects": created.created_tables,
    "codes": created.code_table,
    "required_attributes": required.required_tables,
    "private_dictionary": dictionary.private_table,
    "implementation_class_uid": lambda: IMPLEMENTATION_CLASS_UID,
    "implementation_version_name": lambda: IMPLEMENTATION_VERSION_NAME,
}


def page() -> str:
    """The whole page.

    Raises
    ------
    KeyError
        If the prose names a part that there is not.
    """
    prose = Template(PROSE.read_text(encoding="utf-8"))
    parts = {name: part() for name, part in PARTS.items()}
    return prose.substitute(parts, contents=contents(prose.substitute(parts, contents="")))
