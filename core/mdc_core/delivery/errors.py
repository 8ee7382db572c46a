"""Failures of a delivery, translated at the edge from whatever the transport raised."""

from __future__ import annotations

from typing import Optional

from ..errors import MdcError


class DeliveryError(MdcError, ConnectionError):
    """A delivery failed and will be tried again; others would most likely fail as well.

    Args:
        message: what failed, without secrets.
        retry_after: seconds that the destination asks to wait.
        lasting: it will fail until somebody changes a setting or a permission.
    """

    reason = "delivery_failed"

    def __init__(
        self, message: str, retry_after: Optional[float] = None, lasting: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.lasting = lasting


class RefusedError(DeliveryError):
    """The destination works and refuses this one file; others can go on."""


class BusyError(RefusedError):
    """Somebody else holds what this delivery needs, for a while as it seems."""
