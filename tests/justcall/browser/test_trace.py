"""A trace that is kept holds no address, no cookie and no token, and is still a trace."""

from __future__ import annotations

import io
import json
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.browser.trace import MASK, masked_trace

SESSION = "s3ssion-token-0123456789"
EMAIL = "olivia.owner@acme.example"


def packed(**members: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


def kept(raw: bytes, *secrets: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(masked_trace(raw, secrets))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_cookies_tokens_and_addresses_are_masked_wherever_they_stand() -> None:
    request = {
        "type": "resource-snapshot",
        "snapshot": {
            "request": {
                "url": f"https://app.justcall.io/?t={SESSION}",
                "headers": [{"name": "Cookie", "value": "short=1"}, {"name": "Accept", "value": "*/*"}],
                "cookies": [{"name": "short", "value": "1"}],
                "postData": {"text": f"csrf={SESSION}&email={EMAIL}"},
            }
        },
    }
    found = kept(
        packed(
            trace_network=json.dumps(request) + "\n",
            trace_trace=json.dumps({"type": "frame-snapshot", "html": ["P", {}, f"Signed in as {EMAIL}"]}) + "\n",
            resources__page_html=f'<p>{EMAIL}</p><input type="hidden" name="csrf" value="abcdefgh12345678">',
        ),
        SESSION,
    )
    whole = "".join(found.values())
    for secret in (SESSION, EMAIL, "short=1", "abcdefgh12345678"):
        assert secret not in whole
    headers = json.loads(found["trace.network"])["snapshot"]["request"]
    assert headers["headers"] == [{"name": "Cookie", "value": MASK}, {"name": "Accept", "value": "*/*"}]
    assert headers["cookies"] == []
    assert json.loads(found["trace.trace"])["type"] == "frame-snapshot"


def test_what_nobody_can_mask_is_left_out() -> None:
    found = kept(
        packed(resources__a_png=b"\x89PNG\r\n\x1a\n\x00", resources__b_css="p {}", trace_trace='{"a": 1}\nnot json\n')
    )
    assert found == {"resources/b.css": "p {}", "trace.trace": '{"a":1}\n'}


@given(
    st.lists(st.text(min_size=8, max_size=30), min_size=1, max_size=5),
    st.lists(st.text(max_size=40), max_size=5),
)
def test_no_secret_survives_in_any_line(secrets: list[str], around: list[str]) -> None:
    line = {"values": [text + secret for secret in secrets for text in ["", *around]], "key": secrets[0]}
    found = kept(packed(trace_trace=json.dumps(line) + "\n"), *secrets)["trace.trace"]
    for value in (*json.loads(found)["values"], json.loads(found)["key"]):
        # A secret may be part of the mask or of another's rest only by being shorter than what is a secret.
        assert not any(secret in value for secret in secrets if MASK not in secret)


@given(st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers() | st.none(), max_size=4)))
def test_lines_without_secrets_say_the_same_as_before(lines: list[dict[str, str | int | None]]) -> None:
    harmless = [{key: value for key, value in line.items() if "@" not in str(value)} for line in lines]
    harmless = [{key: value for key, value in line.items() if key not in ("cookies", "name")} for line in harmless]
    raw = packed(trace_trace="".join(json.dumps(line) + "\n" for line in harmless))
    assert [json.loads(line) for line in kept(raw)["trace.trace"].split("\n")[:-1]] == harmless
