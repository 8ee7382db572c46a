"""Why a request is refused, and how it is answered then."""

from __future__ import annotations

from aiohttp import web

RETRY_SECONDS = 1


class RefusedRequestError(Exception):
    """A request that is answered with an error.

    Args:
        status: of HTTP.
        reason: a word, under which it is counted.
        message: what is wrong and what is valid; repeats nothing that was sent.

    Attributes:
        collection: that it was for, of the deployment's; empty while that is not known.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.collection = ""

    def response(self) -> web.Response:
        """Return the answer."""
        response = web.json_response(
            {"reason": self.reason, "message": self.message}, status=self.status
        )
        if self.status == 503:
            response.headers["Retry-After"] = str(RETRY_SECONDS)
        elif self.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        elif self.status == 405:
            response.headers["Allow"] = self.message[len("valid: ") :]
        return response
