"""Which collection a CSV file goes with: as the bridge writes both, unless told otherwise."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Optional
from zoneinfo import ZoneInfo

from mdc_core import designations
from mdc_core.names import legal_deployment

from ..archive.contents import AUTO
from ..archive.places import ArchiveFile
from ..archive.time_zone import zone_of

if TYPE_CHECKING:
    from ..migrate.plan import Plan

# An endpoint and a deployment.
DeploymentKey = tuple[str, str]

# Deployments that a hint names.
_LISTED = 5


class StreamVersion(NamedTuple):
    """One collection of one deployment, and the model version of its lines."""

    endpoint: str
    deployment: str
    collection: str
    version: str


class CsvCounterpart(NamedTuple):
    """What the rows of a CSV file became, and how the file is read.

    Attributes:
        endpoint, deployment, collection: of the lines.
        encoding: of the file, as in a plan.
        header: whether it begins with one: `auto`, `present` or `absent`.
        names: of the cells of a file without a header.
        zone: of timestamps that carry none, and of the folder's date; None for UTC.
    """

    endpoint: str
    deployment: str
    collection: str
    encoding: str
    header: str
    names: tuple[str, ...]
    zone: Optional[ZoneInfo]


@dataclass(frozen=True)
class Naming:
    """The names that the bridge gives, and what overrides them.

    Attributes:
        endpoint: of everything, as `MDC_ENDPOINT`; None for the service's name, made legal.
        deployment: of everything, as `MDC_DEPLOYMENT`; None for the model's name, made legal.
        collections: by designation, as `MDC_COLLECTIONS`.
        encoding: see `CsvCounterpart`.
        header: see `CsvCounterpart`.
        zone: see `CsvCounterpart`.
        plan: of the migration that made the JSONL; it decides alone.
    """

    endpoint: Optional[str] = None
    deployment: Optional[str] = None
    collections: Mapping[str, str] = field(default_factory=dict)
    encoding: str = AUTO
    header: str = "auto"
    zone: Optional[ZoneInfo] = None
    plan: Optional[Plan] = None

    def target(self, file: ArchiveFile) -> Optional[CsvCounterpart]:
        """Return what a file became; None when the plan leaves it out."""
        if self.plan is not None:
            return self._planned(file, self.plan)
        return CsvCounterpart(
            self.endpoint or legal_deployment(file.folder.service),
            self.deployment or legal_deployment(file.folder.model),
            self._collection(file.folder.designation, file.file_name),
            self.encoding,
            self.header,
            (),
            self.zone,
        )

    def takes(self, endpoint: str, deployment: str, collection: str) -> bool:
        """Return whether a collection can have lines of the CSV."""
        if self.plan is None:
            return self.endpoint in (None, endpoint) and self.deployment in (None, deployment)
        return any(
            (endpoint, deployment, collection) == (each.endpoint, each.deployment, each.collection)
            for each in self.plan.datasets
            if not each.skip
        )

    def _planned(self, file: ArchiveFile, plan: Plan) -> Optional[CsvCounterpart]:
        from ..migrate.dataset_key import DatasetKey

        dataset = plan.of(DatasetKey.of_file(file))
        if dataset is None or dataset.skip:
            return None
        return CsvCounterpart(
            dataset.endpoint,
            dataset.deployment,
            dataset.collection,
            dataset.encoding,
            dataset.header,
            tuple(dataset.names),
            zone_of(dataset.time_zone),
        )

    def _collection(self, designation: str, file_name: str = "") -> str:
        # The file of signals and general data is named by their collection.
        stem = file_name.rpartition(".")[0]
        named = designations.DEFAULT if stem in ("", "data", designation) else stem
        return designations.collection_of(designation, named, tuple(self.collections.items()))

    def collections_of(self, designation: str) -> frozenset[str]:
        """Return the collections that a designation becomes, files of other names apart."""
        if self.plan is None:
            return frozenset({self._collection(designation)})
        datasets = self.plan.datasets
        return frozenset(
            each.collection for each in datasets if each.source.designation == designation
        )


def naming_hint(becomes: Collection[DeploymentKey], holds: Collection[DeploymentKey]) -> str:
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
        f"the JSONL holds {_listed(holds)}, the CSV belongs to {_listed(becomes)}: "
        f"if MDC_ENDPOINT and MDC_DEPLOYMENT were set, add {options}; if a plan of migrate has "
        "other names than the CSV, add --plan"
    )


def _listed(deployments: Collection[DeploymentKey]) -> str:
    names = sorted("/".join(each) for each in deployments)
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
