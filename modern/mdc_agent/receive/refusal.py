"""Why a request is refused."""

from __future__ import annotations


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
