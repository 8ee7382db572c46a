"""Archives of CSV files with what each line of them means, as the original SDK wrote such files.

A file is built from parts that know what they are, so that a test does not have to guess it back
from the text, as the code under test has to.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

HEADERS = [
    "$aml_dc_correlation_id",
    "$aml_dc_scoring_timestamp",
    "$aml_dc_boundary",
    "$aml_workspace",
    "$aml_service_name",
    "$aml_model_name",
    "$aml_model_version",
    "$aml_request_id",
]
NO_REQUEST = "00000000-0000-0000-0000-000000000000"
FOLDER = (
    "modeldata/11111111-2222-3333-4444-555555555555/group/space/"
    "svc/credit/3/{designation}/{date}/{name}"
)


def uuid_of(number: int) -> str:
    """Return a uuid that stands for a number."""
    return f"{number:08x}-0000-4000-8000-{number * 7919 % 16**12:012x}"


@dataclass(frozen=True)
class Call:
    """What the correlation cells of one call say."""

    number: int
    time: str = "2019-06-01T12:30:00.123456"
    user: str = ""
    request: str = NO_REQUEST
    version: str = "3"

    @property
    def id(self) -> str:
        """Its correlation id."""
        return f"{self.user}-{uuid_of(self.number)}" if self.user else uuid_of(self.number)

    @property
    def tail(self) -> list[str]:
        """Its eight cells."""
        names = ["sub/group/space", "svc", "credit", self.version]
        return [self.id, self.time, "1440", *names, self.request]


@dataclass
class Part:
    """One CSV row: a data row, a header, or what cannot be read.

    Attributes:
        cells: of the data, or the header's names.
        call: that it belongs to, if it says so.
        is_crlf: how its line ends.
        is_header: it is one, with correlation names when `call` is given.
        raw: bytes that stand there in place of cells; they cannot be read.
        always_quoted: quotes stand around every cell.
    """

    cells: list[str] = field(default_factory=list)
    call: Optional[Call] = None
    is_crlf: bool = True
    is_header: bool = False
    raw: Optional[bytes] = None
    always_quoted: bool = False

    @property
    def content(self) -> bytes:
        """Its bytes in the file."""
        if self.raw is not None:
            return self.raw
        tail = (HEADERS if self.is_header else self.call.tail) if self.call else []
        cells = [*self.cells, *tail]
        # A CR at a row's end is not quoted by older Pythons; nobody can tell it from a CR LF.
        is_quoted = self.always_quoted or cells[-1].endswith("\r")
        text = io.StringIO()
        csv.writer(
            text,
            lineterminator="\r\n" if self.is_crlf else "\n",
            quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL,
        ).writerow(cells)
        return text.getvalue().encode()


@dataclass
class CsvFile:
    """One file."""

    parts: list[Part]
    designation: str = "inputs"
    date: str = "2019/06/01"
    name: str = "data.csv"

    @property
    def path(self) -> str:
        """Its path in the archive."""
        return FOLDER.format(designation=self.designation, date=self.date, name=self.name)

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return b"".join(part.content for part in self.parts)

    def write(self, root: Path) -> Path:
        """Write it into an archive."""
        path = root / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)
        return path


def numbered(file: CsvFile) -> list[tuple[int, Part]]:
    """Return the parts with the numbers of the lines on which they begin."""
    line, found = 1, []
    for part in file.parts:
        found.append((line, part))
        line += part.content.count(b"\n")
    return found
