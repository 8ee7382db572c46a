"""What is checked of every request before it is read.

Programs of this machine and clients with the token may send, pages in a browser never. The body
must be plain.
"""

from __future__ import annotations

import hmac
import ipaddress
from functools import lru_cache

from aiohttp import web

from .answers import RefusedRequestError

_SCHEME = "bearer"


class Access:
    """Decides for each request.

    Args:
        token: that is asked for; empty for none, which only a loopback address may have.
    """

    def __init__(self, token: str = "") -> None:
        self._token = token.encode()

    def check(self, request: web.BaseRequest) -> None:
        """Let a request pass.

        Raises:
            RefusedRequestError: it may not.
        """
        headers = request.headers
        if "Origin" in headers:
            raise RefusedRequestError(403, "origin", "requests from web pages are refused")
        if self._token:
            scheme, _, given = headers.get("Authorization", "").partition(" ")
            sent = given.strip().encode("utf-8", "surrogateescape")
            if scheme.lower() != _SCHEME or not hmac.compare_digest(sent, self._token):
                raise RefusedRequestError(
                    401, "token", "the token is missing or wrong; valid: Authorization: Bearer ..."
                )
        elif not is_loopback(headers.get("Host", "")):
            # A name that an attacker's DNS points to this machine.
            raise RefusedRequestError(403, "host", "valid for Host: localhost or 127.0.0.1")


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Return whether a host, with or without a port, is a name of this machine for itself."""
    name = host.strip().lower()
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    else:
        name = name.partition(":")[0]
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def check_form(request: web.BaseRequest) -> None:
    """Refuse what is not a plain body, and let a client send that waits for a word."""
    headers = request.headers
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RefusedRequestError(415, "encoded", "valid for Content-Encoding: identity, or none")
    # The body would be in a coding that nobody takes off.
    if headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        raise RefusedRequestError(400, "encoded", "valid for Transfer-Encoding: chunked, or none")
    expect = headers.get("Expect")
    if expect is None:
        return
    if expect.lower() != "100-continue":
        raise RefusedRequestError(417, "expect", "valid for Expect: 100-continue")
    if not request.content.is_eof():
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def check_method(method: str, *valid: str) -> None:
    """Refuse other methods than these."""
    if method not in valid:
        raise RefusedRequestError(405, "method", f"valid: {', '.join(valid)}")
