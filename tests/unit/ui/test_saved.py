"""What Save sends, and what is said of it."""

from dataclasses import replace
from pathlib import Path

from pti.session.case import SourceFile
from pti.session.outcomes import ObjectResult
from pti.session.phases import (
    Accepted,
    Acquired,
    Matched,
)
from pti.ui.viewmodels.saved import Outcome, saved
from tests.support.session_phases import accepted, from_file, state
from tests.support.session_values import (
    NOW,
    make_case,
    make_pair,
    make_record,
)


def test_what_came_from_files_is_not_said_to_be_stored_in_the_archive() -> None:
    shown = saved(state(Accepted(from_file(), "Olga Operator", NOW, saved=True)))
    assert shown.headline == "Nothing to send: images and match came from files"
    assert [(row.kind, row.outcome) for row in shown.rows] == [("Spatial Registration", Outcome.NOT_TO_SEND)]


def new_match_of_images_from_files() -> Accepted:
    """Two images that came from files, matched anew."""
    pair = make_pair()
    sources = tuple(SourceFile(image.instance, Path(f"{image.label}.dcm"), 1, 1) for image in pair.images)
    case = replace(
        make_case(),
        taken=(pair,),
        sources=sources,
        saved_uids=frozenset(image.sop_instance_uid for image in pair.images),
        from_files=True,
    )
    return Accepted(Matched(Acquired(case, pair), make_record(case)), "Olga Operator", NOW)


def test_a_new_match_of_images_from_files_is_stored_and_the_images_are_not_said_to_be() -> None:
    phase = new_match_of_images_from_files()
    images = [
        ("RT Image kV A", Outcome.NOT_TO_SEND, "From a file"),
        ("RT Image kV B", Outcome.NOT_TO_SEND, "From a file"),
    ]
    before = saved(state(phase))
    assert before.headline == "To be sent to TMS"
    assert [(row.kind, row.outcome, row.detail) for row in before.rows] == [
        ("Spatial Registration", Outcome.WAITING, ""),
        *images,
    ]
    result = ObjectResult(phase.matched.record.registration_uid, "Spatial Registration", True, "")
    after = saved(replace(state(replace(phase, saved=True)), save_results=(result,)))
    assert after.headline == "All that was made here is stored in TMS"
    assert [(row.kind, row.outcome, row.detail) for row in after.rows] == [
        ("Spatial Registration", Outcome.STORED, "Stored"),
        *images,
    ]


def test_a_match_that_waits_is_not_hidden_by_images_that_were_saved_before_it() -> None:
    images = make_pair().images
    phase = accepted()
    case = replace(phase.case, saved_uids=frozenset(image.sop_instance_uid for image in images))
    acquired_case = replace(phase.matched.acquired, case=case)
    phase = replace(phase, matched=replace(phase.matched, acquired=acquired_case))
    results = tuple(ObjectResult(image.sop_instance_uid, f"RT Image {image.label}", True, "") for image in images)
    shown = saved(replace(state(phase), save_results=results))
    assert shown.headline == "To be sent to TMS"
    assert [row.outcome for row in shown.rows] == [Outcome.STORED, Outcome.STORED, Outcome.WAITING]


def test_save_panel_lists_what_will_be_sent_and_then_what_became_of_it() -> None:
    before = saved(state(accepted()))
    assert [(row.kind, row.outcome) for row in before.rows] == [
        ("RT Image kV A", Outcome.WAITING),
        ("RT Image kV B", Outcome.WAITING),
        ("Spatial Registration", Outcome.WAITING),
    ]
    first, second = make_pair().images
    results = (
        ObjectResult(first.sop_instance_uid, "RT Image kV A", True, ""),
        ObjectResult(second.sop_instance_uid, "RT Image kV B", True, ""),
        ObjectResult(accepted().matched.record.registration_uid, "Spatial Registration", False, "refused: full"),
    )
    after = saved(replace(state(accepted()), save_results=results, outbox_pending=1))
    assert [(row.outcome, row.detail) for row in after.rows] == [
        (Outcome.STORED, "Stored"),
        (Outcome.STORED, "Stored"),
        (Outcome.REFUSED, "refused: full"),
    ]
    assert after.headline == "2 of 3 objects stored in TMS"
    assert after.pending == 1
