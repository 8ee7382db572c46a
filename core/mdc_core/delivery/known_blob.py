"""One append blob, as far as it is known: how it is made, and what its refusals mean.

Source of the facts: Microsoft's "Append Block", "Put Blob" and "Blob service error codes".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from .azure_errors import PASSING, error_code

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import BlobClient

GONE = frozenset({"BlobNotFound", "ContainerNotFound"})
# Answers to an append that concern this one blob and do not pass.
TAKES_NO_MORE = frozenset(
    {
        "BlobArchived",
        "BlobImmutableDueToPolicy",
        "BlockCountExceedsLimit",
        "InvalidBlobType",
        "LeaseIdMissing",
        *GONE,
    }
)


@dataclass
class KnownBlob:
    """A blob that appends go to.

    Attributes:
        client: for it.
        blocks: that it has.
        is_uncertain: an append may have happened whose answer was lost.
    """

    client: BlobClient
    blocks: int
    is_uncertain: bool = False


def make_blob(client: BlobClient) -> Optional[HttpResponseError]:
    """Make an append blob; return the refusal when, most likely, the name is taken."""
    from azure.core import MatchConditions
    from azure.core.exceptions import HttpResponseError

    try:
        # Without the condition an existing blob would be truncated to nothing.
        client.create_append_blob(match_condition=MatchConditions.IfMissing)
    except HttpResponseError as error:
        if error.status_code in (409, 412) and error_code(error) not in PASSING:
            return error
        raise
    return None
