"""Forms with a file in them: multipart/form-data, as a browser sends it."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

__all__ = ["TYPE", "form_fields"]

TYPE = "multipart/form-data"


def form_fields(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form by name, files as text; the first value of each name. Nothing for what is no such form."""
    parser = BytesParser(policy=compat32)
    whole = parser.parsebytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    for part in whole.get_payload() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if isinstance(part, Message) and isinstance(name, str):
            content = part.get_payload(decode=True)
            fields.setdefault(name, content.decode("utf-8", "replace") if isinstance(content, bytes) else "")
    return fields
