"""The JSONL side, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Optional

from ..collected.copies import chosen_files
from ..collected.lines import lines_of_file, raw_lines
from ..collected.period import folder_bounds
from ..collected.places import Choice, CollectionFile
from ..equality.values import loads
from .line_template import Fields, LineTemplate, template_of
from .packed import JsonRecord, Shapes
from .rows import Numbered
from .sides import Found, Sides

_Target = tuple[str, str, str]

PAYLOAD_LOGGING = frozenset({"request", "response"})
# Templates that a collection may have.
_MOST_TEMPLATES = 8


class JsonlSide:
    """Reads the JSONL lines of a tree.

    Args:
        sides: what is compared.
        streams, shapes: numbers for what lines refer to.
        first_path: number of the first file's path.

    Attributes:
        deployments: endpoint and deployment of all files of the period, wanted or not.
        found: beside the lines.
    """

    def __init__(
        self, sides: Sides, streams: Numbered, shapes: Shapes, first_path: int = 0
    ) -> None:
        self.deployments: set[tuple[str, str]] = set()
        self.found = Found()
        self._files = sides.right.open()
        self._sides = sides
        self._streams = streams
        self._paths = Numbered(first=first_path)
        self._shapes = shapes
        self._templates: dict[_Target, LineTemplate] = {}
        self._new_templates: Counter[_Target] = Counter()

    def find(self, targets: Collection[_Target]) -> list[CollectionFile]:
        """Return the files that can hold lines of the period.

        Payload logging has no CSV to compare with, and is left out.

        Args:
            targets: endpoint, deployment and collection of the CSV that is wanted; only what can
                have become of it is found.

        Raises:
            MissingFileError: the tree has no collected JSONL.
        """
        choice = Choice(self._sides.period)
        collected = [
            file
            for file in chosen_files(self._files, choice, self.found.problems)
            if file.collection not in PAYLOAD_LOGGING
        ]
        self.deployments = {(file.endpoint, file.deployment) for file in collected}
        return [file for file in collected if self._is_wanted(file, targets)]

    def _is_wanted(self, file: CollectionFile, targets: Collection[_Target]) -> bool:
        naming, wanted = self._sides.naming, self._sides.wanted
        names = (file.endpoint, file.deployment, file.collection)
        if not naming.takes(*names):
            return False
        if names in targets:
            return True
        if wanted.designations is not None and not any(
            file.collection in naming.collections_of(each) for each in wanted.designations
        ):
            return False
        names_one = wanted.service is not None or wanted.model is not None
        return not names_one or names[:2] in {target[:2] for target in targets}

    def lines(
        self, chosen: Collection[CollectionFile], progress: Callable[[int], None]
    ) -> Iterator[JsonRecord]:
        """Yield the lines of files; `progress` is called with the bytes of each."""
        for file in chosen:
            folder = folder_bounds(file.rolled) or (0, 0)
            path = self._paths.number(file.info.path)
            names = (file.endpoint, file.deployment, file.collection)
            before = self.found.problems.unreadable
            template = self._templates.get(names)
            for number, raw in raw_lines(self._files, file.info.path, self.found.problems):
                line = None if template is None else template.read(raw, self._shapes)
                if line is None:
                    line = self._parsed(file, number, raw)
                    if line is None:
                        continue
                    template = self._template(names, raw) or template
                elif line.time_us is not None and not self._sides.period.holds(line.time_us):
                    continue
                yield (
                    self._streams.number((*names, line.version)),
                    line.correlation_id,
                    folder[0] if line.time_us is None else line.time_us,
                    path,
                    number,
                    line.request_id,
                    line.rows,
                )
            self.found.unreadable[names] += self.found.problems.unreadable - before
            progress(file.info.size)

    def _parsed(self, file: CollectionFile, number: int, raw: bytes) -> Optional[Fields]:
        """Return what a line says; None where it cannot be read, or is of another time."""
        period, problems = self._sides.period, self.found.problems
        for line in lines_of_file(self._files, file, period, problems, loads, part=(number, raw)):
            rows = list(map(self._shapes.pack, line.rows))
            return Fields(
                line.time_us, line.correlation_id, line.request_id, line.model_version, rows
            )
        return None

    def _template(self, names: _Target, raw: bytes) -> Optional[LineTemplate]:
        """Return a new template for lines like one, unless there were many."""
        if self._new_templates[names] >= _MOST_TEMPLATES:
            return None
        self._new_templates[names] += 1
        template = template_of(raw, self._templates.get(names))
        if template is not None:
            self._templates[names] = template
        return template
