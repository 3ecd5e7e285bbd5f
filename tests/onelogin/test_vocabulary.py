"""The spec's words and OneLogin's, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.onelogin.vocabulary import (
    CONFIGURATION,
    PARAMETER_FIELDS,
    Kind,
    decode,
    encode,
    is_custom_parameter,
    truth,
    wire_text,
)
from sso_sync.spec.model import Configuration, Parameter
from sso_sync.spec.wire import wire_names
from sso_sync.values import Json

_FRIENDLY = st.sampled_from(sorted(CONFIGURATION))


def _wishes(key: str) -> st.SearchStrategy[Json]:
    known = CONFIGURATION[key]
    match known.kind:
        case Kind.CHOICE:
            return st.sampled_from(sorted(known.words))
        case Kind.FLAG:
            return st.booleans()
        case Kind.MINUTES:
            return st.integers(0, 525600)
        case _:
            return st.text(min_size=1)


@given(_FRIENDLY.flatmap(lambda key: st.tuples(st.just(key), _wishes(key))))
def test_what_is_written_reads_back_as_what_was_meant(case: tuple[str, Json]) -> None:
    key, wish = case
    sent = encode(key, wish)
    assert isinstance(sent, str)
    assert decode(key, sent) == wish
    assert type(decode(key, sent)) is type(wish)


@given(_FRIENDLY.flatmap(lambda key: st.tuples(st.just(key), _wishes(key))))
def test_a_number_means_what_its_text_means(case: tuple[str, Json]) -> None:
    """Reads give "0" or 0 for the same thing."""
    key, wish = case
    sent = encode(key, wish)
    assert isinstance(sent, str)
    if sent.isascii() and sent.isdigit() and str(int(sent)) == sent:
        assert decode(key, int(sent)) == decode(key, sent)


@pytest.mark.parametrize("blank", [None, ""])
@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("audience", None),
        ("relay_state", None),
        ("not_before_minutes", None),
        ("signature_algorithm", None),
        ("nameid_format", "email"),
        ("signature_element", "response"),
        ("initiator", "onelogin"),
        ("encrypt_assertion", False),
    ],
)
def test_blank_means_the_default_where_there_is_one(key: str, meant: Json, blank: Json) -> None:
    assert decode(key, blank) == meant


@pytest.mark.parametrize("key", [key for key, known in CONFIGURATION.items() if known.kind is Kind.TEXT])
def test_null_is_sent_as_the_empty_text(key: str) -> None:
    assert encode(key, None) == ""


@pytest.mark.parametrize(
    ("key", "wire", "word"),
    [
        ("nameid_format", "0", "email"),
        ("nameid_format", "1", "transient"),
        ("nameid_format", "2", "persistent"),
        ("nameid_format", "3", "unspecified"),
        ("signature_element", "0", "response"),
        ("signature_element", "1", "assertion"),
        ("signature_element", "2", "both"),
        ("initiator", "0", "onelogin"),
        ("initiator", "1", "service_provider"),
        ("encrypt_assertion", "1", True),
        ("encrypt_assertion", "0", False),
        ("session_minutes", "1440", 1440),
        ("signature_algorithm", "SHA-384", "SHA-384"),
    ],
)
def test_the_words_of_the_fact_sheet(key: str, wire: str, word: Json) -> None:
    assert decode(key, wire) == word
    assert encode(key, word) == wire


def test_the_misprint_is_read_and_never_chosen() -> None:
    assert decode("signature_algorithm", "SHA-348") == "SHA-384"
    assert encode("signature_algorithm", "SHA-384") == "SHA-384"


@pytest.mark.parametrize(
    ("key", "odd"),
    [("nameid_format", "9"), ("encrypt_assertion", "2"), ("session_minutes", "soon"), ("session_minutes", "-1")],
)
def test_what_has_no_word_stays_as_it_came(key: str, odd: str) -> None:
    assert decode(key, odd) == odd


@pytest.mark.parametrize("flag", [True, "true", "1", 1])
def test_a_flag_is_on_in_every_spelling(flag: Json) -> None:
    assert decode("encrypt_assertion", flag) is True


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", None), (0, "0"), (3, "3"), (True, "1"), (False, "0"), ("0", "0"), (" ", " "), ("x", "x")],
)
def test_every_value_goes_out_as_text(value: Json, text: str | None) -> None:
    assert wire_text(value) == text


@pytest.mark.parametrize("yes", [True, "true", "True", 1, "1"])
def test_a_parameters_flag_is_on(yes: Json) -> None:
    assert truth(yes)


@pytest.mark.parametrize("no", [False, None, "", "false", "0", 0, "no", 2, []])
def test_a_parameters_flag_is_off(no: Json) -> None:
    assert not truth(no)


@pytest.mark.parametrize(
    ("parameter", "custom"),
    [
        ({"include_in_saml_assertion": True}, True),
        ({"include_in_saml_assertion": False}, True),
        ({"include_in_saml_assertion": None}, False),
        ({"label": "NameID value"}, False),
    ],
)
def test_a_parameter_that_somebody_added_carries_the_include_flag(parameter: dict[str, Json], *, custom: bool) -> None:
    assert is_custom_parameter(parameter) is custom


def test_the_spec_and_the_vocabulary_speak_of_the_same_keys() -> None:
    assert wire_names() == {key: known.wire for key, known in CONFIGURATION.items()}
    assert set(CONFIGURATION) == set(Configuration.model_fields) - {"raw"}
    assert set(PARAMETER_FIELDS) == set(Parameter.model_fields)


def test_no_two_keys_go_by_one_name() -> None:
    wires = [known.wire for known in CONFIGURATION.values()]
    assert len(wires) == len(set(wires))
    for known in CONFIGURATION.values():
        assert len(set(known.words.values())) == len(known.words)


def test_minutes_beyond_all_reason_stay_as_they_came() -> None:
    assert decode("session_minutes", "9" * 5000) == "9" * 5000
