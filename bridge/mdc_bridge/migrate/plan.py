"""The plan of a migration: for each dataset of the archive, what it becomes."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, reduce
from hashlib import blake2b
from typing import Any, Optional

from mdc_core.data.column_names import column_names
from mdc_core.data.events import Stream
from mdc_core.designations import DEFAULT, collection_of
from mdc_core.errors import PlanError, SettingsError
from mdc_core.names import legal_deployment

from ..archive.contents import AUTO, check_encoding
from ..archive.headers import KNOWN_HEADERS
from ..archive.json_types import JSON_TYPES, widened
from ..archive.places import LeftOut
from ..archive.rows import ONE_NAME
from ..archive.time_zone import zone_of
from ..texts import printable
from .dataset_key import DatasetKey

_UNNAMED = re.compile(r"column_\d+")
StreamNames = tuple[str, str, str]


@dataclass(frozen=True)
class DatasetPlan:
    """What one dataset becomes; a user may change all but `source` and `found`.

    Attributes:
        source: the dataset.
        endpoint, deployment, collection: where its lines go.
        skip: leave the dataset out.
        time_zone: of timestamps without a zone and of the folders' dates, by its IANA name.
        encoding: of the files: `auto` is UTF-8 unless a byte order mark says UTF-16 or UTF-32.
        header: whether the files begin with one: `auto`, `present` or `absent`.
        names: of the cells of rows in files without a header; one name is that of all cells of a
            1-D array.
        under_one_name: what several cells under one name are: `rows` or `columns`.
        merge: its lines may share a folder with those of other datasets that say so.
        columns: JSON type by name: `integer`, `number`, `boolean` or `string`.
        decide: what the user should look at.
        found: what there is: versions, files, their kinds, bytes, rows, first and last day.
    """

    source: DatasetKey
    endpoint: str
    deployment: str
    collection: str
    skip: bool = False
    time_zone: str = "UTC"
    encoding: str = AUTO
    header: str = "auto"
    names: tuple[str, ...] = ()
    under_one_name: str = "rows"
    merge: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    decide: tuple[str, ...] = ()
    found: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def new(cls, source: DatasetKey) -> DatasetPlan:
        """Return the plan of a dataset of which nothing is known but its names."""
        return cls(
            source,
            endpoint=legal_deployment(source.service),
            deployment=legal_deployment(source.model),
            collection=collection_of(source.designation, source.collection_name or DEFAULT, ()),
        )

    def deciding(self, *decisions: str) -> DatasetPlan:
        """Return the plan with more decisions before those that it has."""
        return replace(self, decide=(*decisions, *self.decide))

    @property
    def full_name(self) -> str:
        """The dataset with its workspace."""
        return f"{self.source.workspace}/{self.source}"

    @property
    def target(self) -> StreamNames:
        """Endpoint, deployment and collection."""
        return (self.endpoint, self.deployment, self.collection)

    @property
    def stream(self) -> Stream:
        """The collection that its lines belong to."""
        return Stream(*self.target, self.source.workspace)

    @property
    def named_columns(self) -> dict[str, str]:
        """JSON types, also by the `names` that columns without a header are given."""
        names = column_names(self.names, len(self.names))
        unnamed = {name: kind for name, kind in self.columns.items() if _UNNAMED.fullmatch(name)}
        if len(names) == 1:
            # Several cells may be rows under it.
            found = {names[0]: reduce(widened, unnamed.values(), None)}
        else:
            found = {name: unnamed.get(f"column_{at}") for at, name in enumerate(names)}
        return {**{name: kind for name, kind in found.items() if kind}, **self.columns}

    @property
    def digest(self) -> str:
        """16 hex digits that change with whatever changes the lines."""
        values = asdict(replace(self, decide=(), found={}, skip=False))
        del values["merge"]
        if self.encoding == AUTO:
            del values["encoding"]  # what was migrated before there was a choice has the same plan
        text = json.dumps(values, sort_keys=True)
        return blake2b(text.encode(), digest_size=8).hexdigest()

    def check(self) -> None:
        """Raise PlanError when a value is none of the valid ones."""
        where = f"dataset {self.source}"
        for setting, value, valid in (
            ("header", self.header, KNOWN_HEADERS),
            ("under_one_name", self.under_one_name, ONE_NAME),
            *((f"columns: {name}", kind, JSON_TYPES) for name, kind in self.columns.items()),
        ):
            if value not in valid:
                raise PlanError(f"{where}: {setting} is {value!r}; valid: {', '.join(valid)}")
        try:
            check_encoding(self.encoding, "encoding")
            zone_of(self.time_zone)
        except SettingsError as error:
            raise PlanError(f"{where}: {error}") from None
        for setting in ("endpoint", "deployment", "collection"):
            if not getattr(self, setting):
                raise PlanError(f"{where}: {setting} is empty; valid: a name")


@dataclass(frozen=True)
class Plan:
    """What a migration does.

    Attributes:
        datasets: in the order of their names.
        left_out: files that look like data and are not read.
        skip_existing: leave out rows that collected lines have already.
    """

    datasets: tuple[DatasetPlan, ...]
    left_out: tuple[LeftOut, ...] = ()
    skip_existing: bool = True

    def of(self, key: DatasetKey) -> Optional[DatasetPlan]:
        """Return the plan of a dataset, None when it has none."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[DatasetKey, DatasetPlan]:
        return {dataset.source: dataset for dataset in self.datasets}

    @property
    def _wanted(self) -> Iterator[DatasetPlan]:
        return (dataset for dataset in self.datasets if not dataset.skip)

    def names_of_datasets(self) -> dict[DatasetKey, str]:
        """Return the datasets' names, with the workspace where only that tells two apart."""
        alike = Counter(str(dataset.source) for dataset in self.datasets)
        return {
            each.source: each.full_name if alike[str(each.source)] > 1 else str(each.source)
            for each in self.datasets
        }

    def sharing(self) -> list[list[DatasetPlan]]:
        """Return the datasets whose lines would be in one folder, or differ in case only."""
        together: dict[tuple[str, ...], list[DatasetPlan]] = {}
        for dataset in self._wanted:
            # Neither Azure nor every file system tells names apart by their case.
            folder = tuple(name.casefold() for name in dataset.target)
            together.setdefault(folder, []).append(dataset)
        return [datasets for datasets in together.values() if len(datasets) > 1]

    def completed(self) -> Plan:
        """Return the plan in which all datasets of a collection know the types of its columns.

        Names that were given to columns without one get the types that were found for these.
        """
        known: dict[StreamNames, dict[str, str]] = defaultdict(dict)
        for dataset in self._wanted:
            known[dataset.target].update(dataset.named_columns)
        datasets = (
            dataset if dataset.skip else replace(dataset, columns=known[dataset.target])
            for dataset in self.datasets
        )
        return replace(self, datasets=tuple(datasets))

    def check(self) -> None:
        """Raise PlanError, which names all values that make no sense and all contradictions."""
        problems = list(self._folders_of_several())
        for dataset in self.datasets:
            try:
                dataset.check()
            except PlanError as error:
                problems.append(str(error))
        problems += self._types_of_several()
        if problems:
            raise PlanError("\n".join(problems))

    def _folders_of_several(self) -> Iterator[str]:
        for datasets in self.sharing():
            apart = next((dataset for dataset in datasets if not dataset.merge), None)
            if apart is not None:
                # Each problem is a line of the message.
                names = ", ".join(printable(dataset.full_name) for dataset in datasets)
                folder = printable("/".join(apart.target))
                yield (
                    f"{names} would become lines in one folder, {folder}; "
                    "give all but one another endpoint, deployment or collection, or skip: true, "
                    "or all of them merge: true"
                )

    def _types_of_several(self) -> Iterator[str]:
        types: dict[tuple[StreamNames, str], tuple[str, DatasetPlan]] = {}
        for dataset in self._wanted:
            for name, kind in dataset.columns.items():
                other_kind, other = types.setdefault((dataset.target, name), (kind, dataset))
                if other_kind != kind:
                    yield (
                        f"{other.source} and {dataset.source} go to the same collection, "
                        f"but column {name} is {other_kind} in one and {kind} in the other; "
                        "give it one type, or the datasets different collections"
                    )
