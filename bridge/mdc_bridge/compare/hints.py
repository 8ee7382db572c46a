"""What to try when deployments of the two sides have no rows in common."""

from __future__ import annotations

import shlex
from collections.abc import Collection

_LISTED = 5

Deployment = tuple[str, str]


def naming_hint(becomes: Collection[Deployment], holds: Collection[Deployment]) -> str:
    """Return which options may be missing or misspelt; empty when names are not the matter.

    Args:
        becomes: endpoints and deployments that the CSV goes with, as it is named now.
        holds: those of the JSONL.
    """
    if not becomes or not holds or set(becomes) & set(holds):
        return ""
    options = "--endpoint and --deployment"
    if len(holds) == 1:
        ((endpoint, deployment),) = holds
        options = f"--endpoint {shlex.quote(endpoint)} --deployment {shlex.quote(deployment)}"
    return (
        f"the JSONL holds {_listed(holds)}, the CSV becomes {_listed(becomes)}: "
        f"where MDC_ENDPOINT and MDC_DEPLOYMENT were set, add {options}; where a plan of migrate "
        "has other names than the CSV, add --plan"
    )


def _listed(deployments: Collection[Deployment]) -> str:
    names = sorted("/".join(each) for each in deployments)
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
