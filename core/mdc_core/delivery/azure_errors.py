"""Errors of azure-core in our words: what failed, how far it reaches, which setting is about it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Optional

from ..redaction import redact
from .errors import DeliveryError, RefusedError

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

VALID = (
    "valid: a connection string "
    "(AccountName=...;AccountKey=...;DefaultEndpointsProtocol=https), or an account URL "
    "(https://ACCOUNT.blob.core.windows.net), with ?SAS or for an identity"
)
_RETRYABLE = frozenset({408, 429})
# States of the service that pass, answered with 409 or 412.
PASSING = frozenset({"AccountBeingCreated", "ContainerBeingDeleted", "ResourceBeingDeleted"})
# Refusals that concern all of an account.
_OF_ACCOUNT = frozenset(
    {
        "AccountIsDisabled",
        "AuthenticationFailed",
        "InsufficientAccountPermissions",
        "InvalidAuthenticationInfo",
        "KeyBasedAuthenticationNotPermitted",
        "NoAuthenticationInformation",
    }
)
_LONGEST_RETRY_AFTER = 600.0


def error_code(error: HttpResponseError) -> str:
    """Return the service's code, such as `BlobAlreadyExists`; empty without one."""
    code = getattr(error, "error_code", None) or ""
    # Known codes are members of an enumeration, others text.
    return str(getattr(code, "value", code))


@contextlib.contextmanager
def translated(place: str, setting: str) -> Iterator[None]:
    """Turn errors of azure-core into `DeliveryError`, or `RefusedError` where others can go on.

    Args:
        place: what was asked, for the message.
        setting: where the account comes from.
    """
    from azure.core.exceptions import (
        AzureError,
        ClientAuthenticationError,
        HttpResponseError,
        ServiceRequestError,
        ServiceResponseError,
    )

    try:
        yield
    except (ServiceRequestError, ServiceResponseError) as error:
        raise DeliveryError(
            f"{place} does not answer ({redact(str(error))}); check the account's name or "
            f"endpoint in {setting}, and the network"
        ) from None
    except ClientAuthenticationError as error:
        detail = error_code(error) or redact(str(error.message)).strip().partition("\n")[0]
        raise DeliveryError(_no_access(place, detail, setting), lasting=True) from None
    except HttpResponseError as error:
        raise _of_response(error, place, setting) from None
    except AzureError as error:
        raise DeliveryError(f"{place}: {redact(str(error))}") from None


def _of_response(error: HttpResponseError, place: str, setting: str) -> DeliveryError:
    status = error.status_code or 0
    code = error_code(error)
    answered = f"{place} answered {status} {code}".rstrip()
    if status in _RETRYABLE or status >= 500 or status == 0 or code in PASSING:
        return DeliveryError(answered, retry_after=_retry_after(error))
    if 300 <= status < 400:
        return DeliveryError(f"{answered}, a redirect, as a proxy does; {setting}, {VALID}")
    if status in (401, 403):
        kind = DeliveryError if code in _OF_ACCOUNT or status == 401 else RefusedError
        return kind(_no_access(place, f"{status} {code}".rstrip(), setting), lasting=True)
    if status == 404 and code != "BlobNotFound":
        return RefusedError(
            f"{place} does not exist or cannot be made; valid: an account ({setting}) and a "
            "container (MDC_CONTAINER when scoring) that exist, or the permission to make the "
            "container",
            lasting=True,
        )
    if code in ("InvalidResourceName", "OutOfRangeInput", "InvalidUri"):
        return RefusedError(
            f"{place} has no legal name ({code}); valid for a container (MDC_CONTAINER when "
            "scoring): 3 to 63 lower-case letters, digits and single hyphens",
            lasting=True,
        )
    if status in (404, 409, 412):
        return RefusedError(f"{answered}; it is about this blob", lasting=True)
    return RefusedError(f"{answered}; {setting}, {VALID}", lasting=True)


def _no_access(place: str, detail: str, setting: str) -> str:
    return (
        f"no access to {place} ({detail}); check {setting}: valid are a "
        "current key or SAS with the rights read, add, create and write (the commands of "
        "mdc-bridge also list and delete), or an identity with the role Storage Blob Data "
        "Contributor"
    )


def _retry_after(error: HttpResponseError) -> Optional[float]:
    """Return the seconds that the service asks for, in any of the forms it has for that."""
    headers = getattr(error.response, "headers", None) or {}
    for name, unit in (("x-ms-retry-after-ms", 1000.0), ("Retry-After", 1.0)):
        text = headers.get(name)
        if text:
            with contextlib.suppress(TypeError, ValueError):
                if text.strip().isdecimal():
                    seconds = float(text) / unit
                else:
                    seconds = parsedate_to_datetime(text).timestamp() - time.time()
                return min(max(0.0, seconds), _LONGEST_RETRY_AFTER)
    return None
