"""What probes saw, by connection. What such a record says is the business of `justcall/probed.py`."""

from __future__ import annotations

from sso_sync.store.documents import Documents

__all__ = ["forget", "load", "save"]

_PROBES = Documents("probes")
save, load, forget = _PROBES.save, _PROBES.load, _PROBES.forget
