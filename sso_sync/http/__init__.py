"""Speaking HTTP to a service: session, retry policy, transport, and the problems that can come of it."""

from sso_sync.http.problems import AnswerError, AuthRefused, HttpProblem, ServiceDown, one_line
from sso_sync.http.retry import STANDARD_RETRY, Retry, retry_after
from sso_sync.http.service_clock import ServiceClock
from sso_sync.http.session import new_session
from sso_sync.http.transport import ABSENT, Absent, Transport

__all__ = [
    "ABSENT",
    "STANDARD_RETRY",
    "Absent",
    "AnswerError",
    "AuthRefused",
    "HttpProblem",
    "Retry",
    "ServiceClock",
    "ServiceDown",
    "Transport",
    "new_session",
    "one_line",
    "retry_after",
]
