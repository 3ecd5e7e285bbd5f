"""Another vendor's service provider, set up as JustCall is: pysaml2, with the identity provider's metadata.

It shares no code with ours: it parses with the standard library and checks signatures with the program xmlsec1.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig

__all__ = ["Referee", "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """`name_id` and `attributes` as the referee reads them when it accepts; `reason` is its exception when not."""

    accepted: bool
    name_id: str | None = None
    attributes: Mapping[str, list[str]] | None = None
    reason: str = ""


class Referee:
    """A service provider of that entity ID and ACS URL, which knows the identity provider by its metadata alone."""

    def __init__(self, *, entity_id: str, acs_url: str, metadata: bytes) -> None:
        self._entity_id = entity_id
        self._acs_url = acs_url
        self._metadata = metadata

    def judge(self, xml: bytes, *, asked: tuple[str, ...] | None = None) -> Verdict:
        """What it makes of a response. `asked` are the IDs of the requests that wait for theirs, and then nothing else
        is accepted; None accepts what comes unasked, too.
        """
        encoded, waiting = base64.b64encode(xml).decode(), dict.fromkeys(asked or (), "/")
        client = self._client(unasked=asked is None)
        me = {"entity_id": self._entity_id}  # without it, pysaml2 does not look at the recipient
        try:
            response = client.parse_authn_request_response(
                encoded, BINDING_HTTP_POST, outstanding=waiting, conv_info=me
            )
            if response is None:
                return Verdict(accepted=False, reason="it says nothing")
            return Verdict(accepted=True, name_id=response.get_subject().text, attributes=response.ava)
        except Exception as error:  # noqa: BLE001 - pysaml2 raises whatever comes to hand, Exception itself included
            return Verdict(accepted=False, reason=f"{type(error).__name__}: {error}")

    def _client(self, *, unasked: bool) -> Any:
        service = {
            "endpoints": {"assertion_consumer_service": [(self._acs_url, BINDING_HTTP_POST)]},
            "allow_unsolicited": unasked,
            "want_response_signed": False,
            "want_assertions_signed": False,
            "want_assertions_or_response_signed": True,
        }
        config = SPConfig()
        config.load(
            {
                "entityid": self._entity_id,
                "service": {"sp": service},
                "metadata": {"inline": [self._metadata.decode()]},
                "allow_unknown_attributes": True,
                "accepted_time_diff": 0,
            }
        )
        return Saml2Client(config=config)
