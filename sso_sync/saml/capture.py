"""SAML responses in whatever a person captured of a login: XML, base64, a form body, an address, or a HAR file.

A HAR file is a browser's record of everything: cookies, passwords, other people's pages. Nothing of it is kept or
quoted but the responses. A complaint is one sentence that says what to do, and never repeats what was captured.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sso_sync.saml.xml import MOST_XML, PROTOCOL, XmlError, parse

__all__ = ["RESPONSE_PARAMETER", "CaptureError", "responses_in"]

RESPONSE_PARAMETER = "SAMLResponse"

_MOST_DATA = 64 * 1024 * 1024  # bytes; a HAR file holds every picture of every page
_MOST_TEXT = 2 * MOST_XML  # characters of base64, with white space or percent signs
_MOST_RESPONSES = 100
_FIELD = re.compile(rf"(?:^|[?&\s]){RESPONSE_PARAMETER}\s*[=:]", re.ASCII)
# What follows in a copied table: a name and its value in one line. A last line of base64 may look like it ("Pg==").
_NEXT_FIELD = re.compile(r"(?<!\s)\s+(?=[A-Za-z]+[ \t]*[:=][ \t]*[^=\s])", re.ASCII)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NOISE = re.compile(r"[\s\"'\u200b\ufeff]+")
_WHAT_TO_DO = (
    "Capture the login again: in the browser's developer tools, network tab, take the form field SAMLResponse of the "
    "POST to JustCall's ACS URL, or save everything as a HAR file"
)


class CaptureError(ValueError):
    """There is no SAML response in it. The message is one sentence for the user, without any value of the capture."""


class _Unreadable(ValueError):
    """One candidate is no response; the message is a clause."""


def responses_in(data: bytes, *, name: str) -> tuple[bytes, ...]:
    """The XML of every SAML response in `data`, each once, in their order; at least one.

    `name` is what the user calls the capture (a file's name, "standard input"). Raises CaptureError when there is none
    that can be read, and SsoSyncError where the extra `saml` is not installed.
    """
    if len(data) > _MOST_DATA:
        raise CaptureError(f"{name} is too large (more than {_MOST_DATA // 1024**2} MiB); capture the login alone.")
    found: dict[bytes, None] = {}
    problems: list[str] = []
    for candidate in _candidates(data, name):
        for reading in (candidate,) if isinstance(candidate, bytes) else _readings(candidate):
            try:
                found[reading if isinstance(reading, bytes) else _unpacked(reading)] = None
            except _Unreadable as error:
                problems.append(str(error))
        if len(found) == _MOST_RESPONSES:
            break
    good = tuple(xml for xml in found if _is_response(xml, problems))
    if good:
        return good
    why = f": {problems[0]}" if problems else ""
    raise CaptureError(f"{name} holds no SAML response that can be read{why}. {_WHAT_TO_DO}.")


def _candidates(data: bytes, name: str) -> Iterator[bytes | str]:
    """What may be a response: XML as it is, or the value of the parameter in whatever wrapping."""
    text = _decoded(data, name).strip("\ufeff\u200b \t\r\n\x00")
    if not text:
        raise CaptureError(f"{name} is empty. {_WHAT_TO_DO}.")
    if text.startswith("<"):
        yield text.encode()
    elif text.startswith(("{", "[")):
        yield from _in_har(text, name)
    elif _FIELD.search(text):
        yield from _in_fields(text)
    else:
        yield text


def _decoded(data: bytes, name: str) -> str:
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise CaptureError(f"{name} is not text. {_WHAT_TO_DO}.") from None


def _in_fields(text: str) -> Iterator[str]:
    """The values in a form body or in an address; or what follows the name in a copied table."""
    found = [match.end() for match in _FIELD.finditer(text)]
    for start in found[:_MOST_RESPONSES]:
        value = text[start : start + _MOST_TEXT + 2].lstrip().partition("&")[0]
        yield _NEXT_FIELD.split(value, maxsplit=1)[0]


def _in_har(text: str, name: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise CaptureError(f"{name} looks like a HAR file, but is not valid JSON. Save it again.") from None
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise CaptureError(f"{name} is JSON, but no HAR file. {_WHAT_TO_DO}.")
    for entry in entries:
        request = entry.get("request") if isinstance(entry, dict) else None
        if isinstance(request, dict):
            yield from _in_request(request)


def _in_request(request: dict[str, Any]) -> Iterator[str]:
    """The parameter of one request; browsers write it as a list of fields, as the body's text, or both."""
    posted = request.get("postData")
    if isinstance(posted, dict):
        named = list(_named(posted.get("params")))
        yield from named
        if not named and isinstance(posted.get("text"), str):
            yield from _parameters(posted["text"])
    url = request.get("url")
    if isinstance(url, str) and RESPONSE_PARAMETER in url:
        try:
            yield from _parameters(urlsplit(url).query)
        except ValueError:
            return


def _named(params: Any) -> Iterator[str]:
    for one in params if isinstance(params, list) else ():
        if isinstance(one, dict) and one.get("name") == RESPONSE_PARAMETER and isinstance(one.get("value"), str):
            yield one["value"]


def _parameters(body: str) -> Iterable[str]:
    if RESPONSE_PARAMETER not in body:
        return ()
    return [value for name, value in parse_qsl(body, keep_blank_values=True) if name == RESPONSE_PARAMETER]


def _readings(text: str) -> tuple[str, ...]:
    """The base64 that a text may mean: percent signs, quotes and white space removed.

    A space is wrapping, or a plus sign that nobody escaped: only one of the two reads as XML in the end.
    """
    text = (unquote(text) if "%" in text else text).strip("\"' \t\r\n")
    joined = _NOISE.sub("", text)
    return (joined,) if " " not in text else (joined, _NOISE.sub("", text.replace(" ", "+")))


def _unpacked(text: str) -> bytes:
    """The XML in base64, which may be made safe for addresses, and deflated."""
    if len(text) > _MOST_TEXT:
        raise _Unreadable("it is too large")
    text = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _Unreadable("it is neither XML nor base64") from None
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return raw
    return _inflated(raw)


def _inflated(raw: bytes) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        xml = inflater.decompress(raw, MOST_XML + 1)
    except zlib.error:
        raise _Unreadable("it is base64, but what is inside is no XML") from None
    if len(xml) > MOST_XML:
        raise _Unreadable("it is too large once it is inflated")
    if not inflater.eof:
        raise _Unreadable("it is cut off")
    return xml


def _is_response(xml: bytes, problems: list[str]) -> bool:
    try:
        root = parse(xml)
    except XmlError as error:
        problems.append(f"it {error}")
        return False
    if root.tag == f"{PROTOCOL}Response":
        return True
    if root.tag == f"{PROTOCOL}AuthnRequest":
        problems.append("it is the request that JustCall sent (SAMLRequest), not the answer to it")
    else:
        problems.append("it is XML of another kind")
    return False
