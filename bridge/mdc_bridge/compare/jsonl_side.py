"""The JSONL side, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from ..collected.lines import lines_of_file
from ..collected.period import Period, folder_bounds
from ..collected.places import Choice, CollectionFile, find_collections
from ..collected.problems import Problems
from ..equality.values import loads
from ..files import Files
from .naming import Naming, Wanted
from .packed import JsonRecord, Shapes
from .rows import Numbered

_Target = tuple[str, str, str]

PAYLOAD_LOGGING = frozenset({"request", "response"})


@dataclass
class JsonlSide:
    """Reads the JSONL lines of a tree.

    Attributes:
        files: the tree.
        naming: which collections can have lines of the CSV.
        period: of the lines.
        streams, paths, shapes: numbers for what lines refer to.
        problems: counts what cannot be read.
        deployments: endpoint and deployment of all files of the period, wanted or not.
        unreadable: lines and files that could not be read, by endpoint, deployment, collection.
    """

    files: Files
    naming: Naming
    period: Period
    streams: Numbered
    paths: Numbered
    shapes: Shapes
    problems: Problems
    deployments: set[tuple[str, str]] = field(default_factory=set, init=False)
    unreadable: Counter[_Target] = field(default_factory=Counter, init=False)

    def find(self, wanted: Wanted, targets: Collection[_Target]) -> list[CollectionFile]:
        """Return the files that can hold lines of the period.

        Payload logging has no CSV to compare with, and is left out.

        Args:
            wanted: which CSV is compared; only what can have become of it is found.
            targets: endpoint, deployment and collection of that CSV.

        Raises:
            MissingFileError: the tree has no collected JSONL.
        """
        collected = [
            file
            for file in find_collections(self.files, Choice(self.period), self.problems)
            if file.collection not in PAYLOAD_LOGGING
        ]
        self.deployments = {(file.endpoint, file.deployment) for file in collected}
        return [
            file
            for file in collected
            if self.naming.takes(file.endpoint, file.deployment, file.collection)
            and self._is_wanted(file, wanted, targets)
        ]

    def _is_wanted(
        self, file: CollectionFile, wanted: Wanted, targets: Collection[_Target]
    ) -> bool:
        if (file.endpoint, file.deployment, file.collection) in targets:
            return True
        if wanted.designations is not None and not any(
            file.collection in self.naming.collections_of(each) for each in wanted.designations
        ):
            return False
        deployments = {target[:2] for target in targets}
        names_one = wanted.service is not None or wanted.model is not None
        return not names_one or (file.endpoint, file.deployment) in deployments

    def lines(
        self, chosen: Collection[CollectionFile], progress: Callable[[int], None]
    ) -> Iterator[JsonRecord]:
        """Yield the lines of files; `progress` is called with the bytes of each."""
        for file in chosen:
            folder = folder_bounds(file.rolled) or (0, 0)
            path = self.paths.number(file.info.path)
            names = (file.endpoint, file.deployment, file.collection)
            before = self.problems.unreadable
            lines = lines_of_file(self.files, file, self.period, self.problems, loads)
            for line in lines:
                yield (
                    self.streams.number((*names, line.model_version)),
                    line.correlation_id,
                    folder[0] if line.time_us is None else line.time_us,
                    path,
                    line.number,
                    line.request_id,
                    list(map(self.shapes.pack, line.rows)),
                )
            self.unreadable[names] += self.problems.unreadable - before
            progress(file.info.size)
