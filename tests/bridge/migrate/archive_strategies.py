"""Strategies for archives: any mixture of what the original SDK and its users left behind."""

from __future__ import annotations

import sys
from dataclasses import replace

from hypothesis import strategies as st

from tests.bridge.migrate.archive_model import NO_REQUEST, Call, CsvFile, Part, uuid_of

# Before Python 3.11, the csv module does not write NUL.
_NUL = "\0" if sys.version_info >= (3, 11) else ""
TEXTS = st.text(st.sampled_from('ab,"\n\r é日🙂\\\x1f\x7f\u2028;=' + _NUL), min_size=1, max_size=6)
CELLS = {
    "integer": st.integers(-(2**63), 2**63 - 1).map(str),
    "number": st.one_of(st.floats().map(repr), st.integers(-99, 99).map(str)),
    "text": TEXTS.map(lambda text: f"t{text}"),
    "boolean": st.sampled_from(["True", "False"]),
    "odd": st.sampled_from(
        ["00123", "1e400", "+1", ".5", "1.", "-0.0", "-0", "1E5", "0x1", "1_0", "NAN", "true"]
        + ["12345678901234567890", "-9223372036854775809", "9223372036854775807", "-1e-400"]
    ),
    "missing": st.sampled_from(["", "nan", "None", "inf"]),
}
TIMES = st.sampled_from(
    [
        "2019-06-01T12:30:00.123456",
        "2019-06-01T12:59:59.999999",
        "2019-06-01T12:30:00",
        "2019-06-01T23:00:00.000001",
        "2019-06-01T00:00:00.000000",
        "2019-06-02T00:00:01.500000",
    ]
)


@st.composite
def calls(draw: st.DrawFn, numbers: st.SearchStrategy[int]) -> Call:
    """Return what one request's correlation cells say."""
    number = draw(numbers)
    request = uuid_of(number + 1000) if draw(st.integers(0, 3)) == 0 else NO_REQUEST
    user = draw(st.sampled_from(["", "", "", "client 7", 'a,"b', "é"]))
    return Call(number, draw(TIMES), user, request, draw(st.sampled_from(["3", "3", "4"])))


@st.composite
def groups(draw: st.DrawFn, columns: list[str], numbers: st.SearchStrategy[int]) -> list[Part]:
    """Return the rows of one call, or one row without correlation."""
    call = draw(calls(numbers)) if draw(st.integers(0, 4)) else None
    is_crlf = draw(st.booleans())
    quoted = draw(st.integers(0, 9)) == 0
    width = len(columns)
    if draw(st.integers(0, 5)) == 0:
        width = draw(st.integers(1, len(columns) + 2))
    kinds = [*columns, "number", "number"][:width]
    return [
        Part(
            [draw(st.one_of(CELLS[kind], CELLS["missing"])) for kind in kinds],
            call,
            is_crlf,
            always_quoted=quoted,
        )
        for _ in range(draw(st.integers(1, 5)) if call else 1)
    ]


@st.composite
def archives(draw: st.DrawFn) -> tuple[list[CsvFile], bool]:
    """Return the files of one dataset, and whether they begin with a header."""
    columns = draw(st.lists(st.sampled_from([*CELLS]), min_size=1, max_size=4))
    columns[0] = draw(st.sampled_from(["integer", "number", "odd", "text"]))
    names = [
        draw(st.sampled_from([f"f{at}", f"f{at}", "f", "é,x", 'q"\n', "$aml"]))
        for at in range(len(columns) - draw(st.integers(0, len(columns) > 1)))
    ]
    has_header = draw(st.booleans())
    files = []
    places = [
        ("2019/06/01", "data.csv"),
        ("2019/06/01", "inputs.csv"),
        ("2019/06/02/07", "data.csv"),
    ]
    for date, name in places[: draw(st.integers(1, 3))]:
        # Ids belong to one folder; there they may come again.
        first = 100 if date.endswith("07") else 0
        numbers = st.integers(first, first + draw(st.sampled_from([3, 90])))
        made = draw(st.lists(groups(columns, numbers), min_size=1, max_size=8))
        if has_header:
            header = Part(names, draw(st.sampled_from([None, Call(0)])), is_header=True)
            made.insert(0, [header])
            if draw(st.booleans()):
                made.insert(draw(st.integers(2, len(made))), [replace(header)])
        files.append(CsvFile([part for group in made for part in group], date=date, name=name))
    return files, has_header
