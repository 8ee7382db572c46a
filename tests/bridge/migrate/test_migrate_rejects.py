"""What cannot be read is named and counted, and takes with it only what it makes doubtful."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mdc_bridge.archive.chunks import read_chunks
from mdc_bridge.migrate import Plan, migrate, plan, unit_files
from tests.bridge.migrate import oracle
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import data_files, lines_of, rejects_of

HEADER = Part(["x", "s"], Call(0), is_header=True)


def row(number: int, x: str = "1", s: str = "a") -> Part:
    """Return a row of a call."""
    return Part([x, s], Call(number))


def torn(number: int) -> Part:
    """Return a row of a call whose text is not UTF-8."""
    return Part(call=Call(number), raw=row(number).content.replace(b",a,", b",\xff,"))


def nameless() -> Part:
    """Return a line that does not say whose it is."""
    return Part(raw=b'1,a"b,2\r\n')


def as_integers(source: Path) -> Plan:
    """Return a plan made before the rows that break it were seen."""
    (made,) = plan(str(source), sample=None).datasets
    return Plan((replace(made, columns={"x": "integer", "s": "string"}),))


def check(tmp_path: Path, parts: list[Part], rejected: list[int]) -> dict[str, list[str]]:
    """Migrate one file of these rows, and return the `s` of the rows of each id."""
    file = CsvFile([HEADER, *parts])
    source = tmp_path / "source"
    file.write(source)
    report = migrate(str(source), str(tmp_path / "new"), as_integers(source), jobs=1)
    found = rejects_of(tmp_path / "new")
    assert sorted(each["line"] for each in found) == rejected
    assert {each["file"] for each in found} == ({file.path} if rejected else set())
    (dataset,) = report.datasets.values()
    assert dataset.rejected == len(rejected) == sum(dataset.reasons.values())
    assert dataset.rows == len(parts) - len(rejected)
    assert report.is_complete == (not rejected)
    lines = lines_of(tmp_path / "new")
    assert dataset.lines == len(lines)
    return {line["correlationid"]: [each["s"] for each in line["data"]] for line in lines}


def test_a_row_that_breaks_its_column_s_type(tmp_path: Path) -> None:
    """File, line and reason are said; the rest of its call cannot be numbered any more."""
    parts = [row(1, s="a"), row(2, s="b"), row(2, "1.5"), row(2, s="c"), row(3, s="d")]
    found = check(tmp_path, parts, [4, 5])
    assert found == {Call(1).id: ["a"], Call(2).id: ["b"], Call(3).id: ["d"]}
    first, second = rejects_of(tmp_path / "new")
    assert first["reason"] == "column x: '1.5' is not a JSON integer"
    assert first["text"].startswith("1.5,a,")
    assert second["reason"].startswith("follows a rejected row of the same correlation id")


@pytest.mark.parametrize("value", ["00123", "1e3", "True", "x", "9223372036854775808", "+1", "0x1"])
def test_values_that_are_no_integer(tmp_path: Path, value: str) -> None:
    """Each is rejected where a column of integers was promised."""
    check(tmp_path, [row(1), row(2, value), row(3)], [3])


@pytest.mark.parametrize("value", ["", "nan", "None", "-9223372036854775808", "-0"])
def test_values_that_are_an_integer_or_missing(tmp_path: Path, value: str) -> None:
    """They are not."""
    check(tmp_path, [row(1), row(2, value), row(3)], [])


def test_the_first_row_of_a_call(tmp_path: Path) -> None:
    """Then nothing of the call is left."""
    parts = [row(1), row(2, "y"), row(2), row(2), row(3)]
    assert Call(2).id not in check(tmp_path, parts, [3, 4, 5])


def test_an_unreadable_row_that_says_whose_it_is(tmp_path: Path) -> None:
    """It costs the rest of its own call, not that of the call before it."""
    found = check(tmp_path, [row(1, s="a"), torn(2), row(2, s="b"), row(3, s="c")], [3, 4])
    assert found == {Call(1).id: ["a"], Call(3).id: ["c"]}


def test_an_unreadable_row_that_does_not(tmp_path: Path) -> None:
    """It is taken for one of the call before it."""
    parts = [nameless(), row(1, s="a"), nameless(), row(1, s="b"), row(2, s="c"), nameless()]
    found = check(tmp_path, parts, [2, 4, 5, 7])
    assert found == {Call(1).id: ["a"], Call(2).id: ["c"]}


def test_a_call_that_comes_again_after_its_rejected_row(tmp_path: Path) -> None:
    """However far away: rows before count, rows behind do not."""
    parts = [row(1, s="a"), row(2, s="b"), row(1, "y"), row(3, s="c"), row(1), row(4, s="d")]
    found = check(tmp_path, parts, [4, 6])
    expected = {Call(1).id: ["a"], Call(2).id: ["b"], Call(3).id: ["c"], Call(4).id: ["d"]}
    assert found == expected


def test_rejects_of_rows_without_correlation(tmp_path: Path) -> None:
    """Each row is a call of its own, so nothing else goes with it."""
    parts = [Part(["1", "a"]), Part(["y", "b"]), Part(["2", "c"])]
    found = check(tmp_path, parts, [3])
    assert sorted(found.values()) == [["a"], ["c"]]


def test_the_last_row_was_cut_off(tmp_path: Path) -> None:
    """A cell that the file's end cuts is not mistaken for a shorter cell."""
    cut = Part(call=Call(3), raw=row(3).content[:70])
    check(tmp_path, [row(1), row(2), cut], [4])


@pytest.mark.parametrize("seed", [*range(12), 18, 72, 156])
def test_any_mixture_wherever_chunks_end(tmp_path: Path, seed: int) -> None:
    """The same rows are rejected, and the same bytes written, as the slow converter says."""
    chance = random.Random(seed)
    makers = [row, row, row, lambda number: row(number, "1.5"), torn]
    few = seed % 2 == 0
    numbers = sorted(chance.randrange(12) for _ in range(40)) if few else range(40)
    parts = [chance.choice(makers)(number) for number in numbers]
    if seed % 3 == 0:
        chance.shuffle(parts)
    file = CsvFile([HEADER, *parts])
    source = tmp_path / "source"
    file.write(source)
    expected = oracle.convert([file], {"x": "integer", "s": "string"})
    outputs = []
    for size in (1 << 17, chance.randrange(1, 400), 1):
        root = tmp_path / str(size)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(unit_files, "read_chunks", partial(read_chunks, size=size))
            report = migrate(str(source), str(root), as_integers(source), jobs=1)
        assert {(each["file"], each["line"]) for each in rejects_of(root)} == expected.rejected
        found = {line["correlationid"]: line["data"] for line in lines_of(root)}
        assert found == {key: line["data"] for key, line in expected.lines.items()}
        assert report.datasets["svc/credit/inputs"].rows == expected.rows
        outputs.append(data_files(root))
    assert outputs[0] == outputs[1] == outputs[2]


def test_a_great_many_rejects_are_counted_by_what_is_wrong(tmp_path: Path) -> None:
    """One reason for a column, however many values break it; the file names each of them."""
    parts = [row(number, f"v{number}") for number in range(5000)]
    file = CsvFile([HEADER, *parts])
    file.write(tmp_path / "source")
    made = as_integers(tmp_path / "source")
    report = migrate(str(tmp_path / "source"), str(tmp_path / "new"), made, jobs=1)
    reasons = report.datasets["svc/credit/inputs"].reasons
    assert reasons == {"column x: not a JSON integer": 5000}
    assert len(rejects_of(tmp_path / "new")) == 5000
    assert lines_of(tmp_path / "new") == []
