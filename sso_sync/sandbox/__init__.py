"""An embedded OneLogin and JustCall that behave as the fact sheets say, quirks and faults included (DESIGN §6).

    with Sandbox() as sandbox:
        ...  # sandbox.onelogin_url, sandbox.justcall_url, sandbox.requests, sandbox.faults, …

Needs the extra `sandbox`.
"""

from sso_sync.sandbox.by_hand import follow_guide
from sso_sync.sandbox.faults import MISHAPS, Fault, Faults, Fired
from sso_sync.sandbox.justcall.state import JustCallState
from sso_sync.sandbox.log import LoggedRequest, RequestLog
from sso_sync.sandbox.onelogin.state import OneLoginState
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.variants import Variants

__all__ = [
    "MISHAPS",
    "Fault",
    "Faults",
    "Fired",
    "JustCallState",
    "LoggedRequest",
    "OneLoginState",
    "RequestLog",
    "Sandbox",
    "Variants",
    "follow_guide",
]
