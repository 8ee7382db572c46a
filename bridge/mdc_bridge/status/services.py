"""What is known of a service before anything of it is read: where its parts lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from mdc_core.layouts import CSV_ROOT


@dataclass(frozen=True)
class Service:
    """One web service, and where what belongs to it lies.

    Attributes:
        name: for people.
        scripts: files, and folders of them; also files of conda and pip, and Dockerfiles.
        archives: places of CSV.
        collected: places of JSONL, collected or migrated.
        comparisons: files that `compare --json` has printed.
        deployments: YAML files of the endpoint's deployment.
        plan: file of the migration's plan; None without one.
        service: only CSV of this web service; None for all that is there.
        endpoint: only JSONL of this endpoint; None for all that is there.
        source_container: of the CSV, in a storage account.
        container: of the JSONL, in a storage account.
        problem: why nothing of it can be read, else empty.
    """

    name: str
    scripts: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    collected: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    plan: Optional[str] = None
    service: Optional[str] = None
    endpoint: Optional[str] = None
    source_container: str = CSV_ROOT
    container: str = CSV_ROOT
    problem: str = ""
