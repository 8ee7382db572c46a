"""What is checked of every request before it is read, and how one that is refused is answered."""

from __future__ import annotations

from aiohttp import web

from .refusal import RefusedRequestError

RETRY_SECONDS = 1


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


def refusal(refused: RefusedRequestError) -> web.Response:
    """Return the answer to a request that is refused."""
    response = web.json_response(
        {"reason": refused.reason, "message": refused.message}, status=refused.status
    )
    if refused.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    elif refused.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    elif refused.status == 405:
        response.headers["Allow"] = refused.message[len("valid: ") :]
    return response
