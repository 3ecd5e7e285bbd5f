"""Speaking HTTP to a service: session, retry policy, transport, and the problems that can come of it."""

from sso_sync.http.gate import OPEN, Gate, Passage
from sso_sync.http.problems import AnswerError, AuthRefused, BudgetSpent, HttpProblem, ServiceDown, one_line
from sso_sync.http.retry import STANDARD_RETRY, Retry, retry_after
from sso_sync.http.service_clock import ServiceClock
from sso_sync.http.session import new_session
from sso_sync.http.transport import ABSENT, Absent, Transport
from sso_sync.http.watching import UNOBSERVED, Answer, Call, Count, Observer, Tally, together

__all__ = [
    "ABSENT",
    "OPEN",
    "STANDARD_RETRY",
    "UNOBSERVED",
    "Absent",
    "Answer",
    "AnswerError",
    "AuthRefused",
    "BudgetSpent",
    "Call",
    "Count",
    "Gate",
    "HttpProblem",
    "Observer",
    "Passage",
    "Retry",
    "ServiceClock",
    "ServiceDown",
    "Tally",
    "Transport",
    "new_session",
    "one_line",
    "retry_after",
    "together",
]
