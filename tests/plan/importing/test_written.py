"""The YAML that is written is read as what was meant, whatever the text, and comments cannot become content."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.onelogin.vocabulary import CONFIGURATION
from sso_sync.plan.importing.document import Document, Env
from sso_sync.plan.importing.written import scalar, text, writable
from sso_sync.spec.load import load
from sso_sync.spec.model import UNMANAGED
from tests.plan.build import PEMS, pem
from tests.plan.importing.hostile import NAMES

_TAKEN = {"certificate_id", *CONFIGURATION, *(key.wire for key in CONFIGURATION.values())}


def _fit(name: str) -> bool:
    """What our loader takes at all: nothing invisible but line breaks and tabs."""
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return writable(name) and all(unicodedata.category(one) not in unseen or one in "\n\t" for one in name)


def _document(raw: dict[str, object]) -> Document:
    app = {"configuration": {"raw": raw}}
    return Document({"version": 1, "name": "test", "sandbox": True, "onelogin": {"app": app}})


def _read(folder: Path, document: Document) -> dict[str, object]:
    path = folder / "spec.yaml"
    path.write_text(text(document), encoding="utf-8")
    return dict(load(path, {"HERE": "from the environment"}).spec.onelogin.app.configuration.raw)


@pytest.mark.parametrize("name", [name for name in NAMES if _fit(name) and len(name) <= 256])
def test_a_hostile_name_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, _document({name: name, "after": "x"})) == {name: name, "after": "x"}


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20).filter(lambda name: _fit(name) and name not in _TAKEN),
        st.one_of(st.text().filter(_fit), st.booleans(), st.integers(-(10**9), 10**9), st.none()),
        max_size=4,
    )
)
def test_so_does_any_text_and_every_other_value(tmp_path: Path, raw: dict[str, object]) -> None:
    assert _read(tmp_path, _document(raw)) == raw


@pytest.mark.parametrize("name", NAMES)
def test_no_comment_can_end_itself(tmp_path: Path, name: str) -> None:
    document = _document({"key": "value"}).remarked(("version",), name).remarked(("onelogin", "app", "gone"), name)
    document = Document(document.tree, (name, ""), document.comments)
    written = text(document)
    assert _read(tmp_path, document) == {"key": "value"}
    assert "PRIVATE KEY" not in written
    assert all(line.replace("\u200d", "").isprintable() for line in written.splitlines())


def test_a_certificate_stands_as_a_block_and_is_read_back(tmp_path: Path) -> None:
    whole = pem(PEMS[0])
    document = Document(
        {
            "version": 1,
            "name": "test",
            "sandbox": True,
            "justcall": {"sso": {"certificate": whole, "default_role": "Team Member"}},
        }
    )
    written = text(document)
    assert "    certificate: |\n      -----BEGIN CERTIFICATE-----\n" in written
    path = tmp_path / "spec.yaml"
    path.write_text(written, encoding="utf-8")
    assert load(path, {}).spec.justcall.sso.certificate == whole


def test_tags_lists_and_remarks_stand_where_they_belong() -> None:
    document = Document(
        {
            "name": "x",
            "list": ["no", 1, None],
            "rules": [{"name": "one", "actions": [{"action": "a", "value": ["b"]}]}, {"name": "two"}],
            "empty": [],
            "gone": UNMANAGED,
            "secret": Env("NAME", "hush"),
        },
        ("head",),
    )
    document = document.remarked(("gone",), "above").remarked(("missing",), "at the end")
    assert text(document) == (
        "# head\n\nname: x\nlist:\n  - 'no'\n  - 1\n  - null\nrules:\n  - name: one\n    actions:\n      - action: a\n"
        "        value:\n          - b\n  - name: two\nempty: []\n# above\ngone: !unmanaged\nsecret: !env NAME\n"
        "# at the end\n"
    )
    assert "hush" not in text(document) + repr(document)


@pytest.mark.parametrize("value", ["-----BEGIN RSA PRIVATE KEY-----", "\ud800", {"x" * 300: "long"}, ["\udfff"]])
def test_what_no_spec_may_hold_is_not_writable(value: object) -> None:
    assert not writable(value)


def test_invisible_letters_are_written_as_escapes() -> None:
    assert scalar("a\u202eb") == '"a\\u202Eb"'
    assert scalar("two\nlines") == '"two\\nlines"'
