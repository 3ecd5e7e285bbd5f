"""Rotating the signing certificate of one connection: what has to be known beforehand, and what came of it.

The rotation itself is a plan like any other (`plan/rotation.py`), carried out by a state machine (`apply/rotation.py`).
Here is what has to be asked: which certificates the account shows, what a former run left behind, how long logins
failed last time; and afterwards, which certificate each side holds.
"""

from sso_sync.rotating.conduct import Rotating
from sso_sync.rotating.known import Request
from sso_sync.rotating.login_proof import proof
from sso_sync.rotating.preparing import Prepared, prepared

__all__ = ["Prepared", "Request", "Rotating", "prepared", "proof"]
