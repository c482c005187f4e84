import pytest

from pti.network.contexts import RECEIVED_CLASSES, RECEIVED_SYNTAXES, move_contexts, store_contexts
from pti.network.moving import move_identifier
from pti.network.settings import NetworkSettings
from tests.support.dicom_peers import reference_to, small_ct

IMPLICIT, EXPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
STORAGE = "1.2.840.10008.5.1.4.1.1."


@pytest.mark.requirement("SCU-03", "NET-10")
def test_four_classes_are_proposed_for_storage_with_three_syntaxes() -> None:
    proposed = {str(context.abstract_syntax): [str(uid) for uid in context.transfer_syntax] for context in store_contexts()}
    assert set(proposed) == {f"{STORAGE}{tail}" for tail in ("66.1", "481.3", "481.1", "2")}
    assert all(syntaxes == [IMPLICIT, EXPLICIT, BIG_ENDIAN] for syntaxes in proposed.values())


@pytest.mark.requirement("NET-10")
def test_the_move_is_proposed_in_the_study_root_model() -> None:
    (context,) = move_contexts()
    assert context.abstract_syntax == "1.2.840.10008.5.1.4.1.2.2.2"
    assert context.transfer_syntax == [IMPLICIT]


@pytest.mark.requirement("NET-10", "SCP-04")
def test_four_classes_are_received_in_two_syntaxes() -> None:
    assert set(RECEIVED_CLASSES) == {f"{STORAGE}{tail}" for tail in ("481.3", "2", "481.1", "481.8")}
    assert [str(uid) for uid in RECEIVED_SYNTAXES] == [IMPLICIT, EXPLICIT]


@pytest.mark.requirement("QR-01")
def test_a_move_identifier_has_exactly_the_four_keys() -> None:
    (ds,) = small_ct(1)
    identifier = move_identifier([reference_to(ds)])
    assert {element.keyword: str(element.value) for element in identifier} == {
        "QueryRetrieveLevel": "IMAGE",
        "SOPInstanceUID": str(ds.SOPInstanceUID),
        "StudyInstanceUID": str(ds.StudyInstanceUID),
        "SeriesInstanceUID": str(ds.SeriesInstanceUID),
    }


@pytest.mark.requirement("NET-09", "NET-04")
def test_time_outs_and_lanes_default_to_the_statement() -> None:
    settings = NetworkSettings()
    assert settings.association_timeout_s == settings.dimse_timeout_s == 300
    assert settings.maximum_associations == 3
