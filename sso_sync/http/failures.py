"""Why a request got no answer, told from the exceptions of requests and urllib3, in words without secrets.

The exceptions' own texts are never shown: some repeat headers or whole URLs.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import requests
import urllib3

__all__ = ["Failure", "explain"]


@dataclass(frozen=True, slots=True)
class Failure:
    """`sent`: whether the request may have reached the service. `lasting`: trying again cannot help.

    `leaks`: the exception's text may hold header values, so it must not stay in the chain.
    """

    reason: str
    sent: bool = True
    lasting: bool = False
    leaks: bool = False
    next_action: str = "Check the address and the network, then run the command again."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: its cause, and the exceptions that requests and urllib3 keep as arguments.

    Not `__context__`: an earlier, survived trouble says nothing about this one.
    """
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [*link.args, getattr(link, "reason", None), link.__cause__]


_PROXY = "Check the proxy settings of the environment (HTTPS_PROXY, NO_PROXY)."
_TLS = (
    "Check the address and this machine's clock; behind a TLS-inspecting proxy set REQUESTS_CA_BUNDLE to a file "
    "with its CA certificate."
)


def explain(error: BaseException, timeout: tuple[float, float]) -> Failure:
    """What `error`, raised while a request was sent or its answer read, means. `timeout` as given: connect, read."""
    links = tuple(_chain(error))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(link, kinds) for link in links)

    if has(ssl.SSLCertVerificationError):
        why = next(link.verify_message for link in links if isinstance(link, ssl.SSLCertVerificationError))
        return Failure(f"TLS: the certificate is not trusted: {why}", sent=False, lasting=True, next_action=_TLS)
    if has(requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return Failure("the proxy could not be used", sent=False, next_action=_PROXY)
    if has(urllib3.exceptions.NameResolutionError, socket.gaierror):
        return Failure("the host name cannot be resolved", sent=False)
    if has(requests.ConnectTimeout):
        return Failure(f"no connection within {timeout[0]:g} s", sent=False)
    if has(ConnectionRefusedError):
        return Failure("the connection was refused", sent=False)
    if has(urllib3.exceptions.NewConnectionError):
        return Failure("no connection could be made", sent=False)
    if has(requests.exceptions.SSLError, ssl.SSLError):
        return Failure("TLS: the encrypted connection failed", next_action=_TLS)
    return _broken(error, has(requests.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError), timeout)


def _broken(error: BaseException, timed_out: bool, timeout: tuple[float, float]) -> Failure:
    if timed_out:
        return Failure(f"no complete answer within {timeout[1]:g} s")
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return Failure("the compressed answer could not be unpacked")
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return Failure("the connection broke before the answer was complete")
    if isinstance(error, requests.RequestException):
        return Failure(
            "the request could not be made",
            sent=False,
            lasting=True,
            leaks=True,
            next_action="Check the address, and that credentials hold no spaces, line ends or control characters.",
        )
    # requests reports a missing CA bundle and the like as a bare OSError.
    reason = "the request could not be made: a local file or resource failed"
    return Failure(reason, sent=False, lasting=True, next_action=_TLS)
