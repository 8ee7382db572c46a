"""The JSONL side, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Optional

from ..collected.copies import chosen_files
from ..collected.lines import lines_of_chunk, raw_lines
from ..collected.period import ALWAYS, Period, folder_bounds
from ..collected.places import Choice, CollectionFile
from ..collected.problems import Problems
from ..equality.values import loads
from ..files import Files
from .line_template import Fields, LineTemplate, template_of
from .naming import Naming, Wanted
from .packed import JsonRecord, Shapes
from .rows import Numbered

_Target = tuple[str, str, str]

PAYLOAD_LOGGING = frozenset({"request", "response"})
# Of a collection.
_MOST_TEMPLATES = 8


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
    _templates: dict[_Target, LineTemplate] = field(default_factory=dict, init=False)
    _made: Counter[_Target] = field(default_factory=Counter, init=False)

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
            for file in chosen_files(self.files, Choice(self.period), self.problems)
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
            template = self._templates.get(names)
            for number, raw in raw_lines(self.files, file.info.path, self.problems):
                line = None if template is None else template.read(raw, self.shapes)
                if line is None:
                    line = self._parsed(file, number, raw)
                    if line is None:
                        continue
                    template = self._template(names, raw) or template
                elif self._is_outside(line.time_us):
                    continue
                yield (
                    self.streams.number((*names, line.version)),
                    line.correlation_id,
                    folder[0] if line.time_us is None else line.time_us,
                    path,
                    number,
                    line.request_id,
                    line.rows,
                )
            self.unreadable[names] += self.problems.unreadable - before
            progress(file.info.size)

    def _is_outside(self, time_us: Optional[int]) -> bool:
        return time_us is not None and self.period is not ALWAYS and not self.period.holds(time_us)

    def _parsed(self, file: CollectionFile, number: int, raw: bytes) -> Optional[Fields]:
        """Return what a line says; None where it cannot be read, or is of another time."""
        for line in lines_of_chunk(
            self.files, file, number, raw, self.period, self.problems, loads
        ):
            rows = list(map(self.shapes.pack, line.rows))
            return Fields(
                line.time_us, line.correlation_id, line.request_id, line.model_version, rows
            )
        return None

    def _template(self, names: _Target, raw: bytes) -> Optional[LineTemplate]:
        """Return a new template for lines like one, unless there were many."""
        if self._made[names] >= _MOST_TEMPLATES:
            return None
        self._made[names] += 1
        made = template_of(raw, self._templates.get(names))
        if made is not None:
            self._templates[names] = made
        return made
