"""Under which name a service's support finds a call again: the headers that answers carry for it."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HEADERS", "request_id"]

HEADERS: tuple[tuple[str, str], ...] = (
    ("X-Request-Id", "OneLogin, v1 and v2 (seen, fact sheet onelogin-api §2); most gateways"),
    ("X-Correlation-Id", "OneLogin's roles service, beside the former (seen, fact sheet onelogin-api §5.6)"),
    # Which of them JustCall sends is documented nowhere. These are what the common edges and clouds put on an answer.
    ("X-Amzn-RequestId", "AWS services and Lambda behind an API gateway (unsure for JustCall)"),
    ("Apigw-Requestid", "AWS API Gateway, HTTP APIs (unsure for JustCall)"),
    ("X-Amzn-Trace-Id", "AWS load balancers (unsure for JustCall)"),
    ("X-Amz-Cf-Id", "AWS CloudFront (unsure for JustCall)"),
    ("CF-Ray", "Cloudflare (unsure for JustCall)"),
)
"""Header and who sends it, the most telling first: a service's own name for a call before that of what is before it."""
_OWN = frozenset({"X-Request-Id", "X-Correlation-Id"})


def request_id(headers: Mapping[str, str]) -> str | None:
    """The id that an answer names, as it came; one that only an edge knows is told with its header. None for none."""
    for header, _source in HEADERS:
        value = headers.get(header, "").strip()
        if value:
            return value if header in _OWN else f"{header} {value}"
    return None
