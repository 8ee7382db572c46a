"""The page in a real browser: it shows the numbers, fits, can be read, and runs nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.compare import (
    Cell,
    ColumnDifferences,
    Counts,
    Dataset,
    Report,
    RowPlace,
    Sample,
    Side,
    WithoutOutputs,
    render_page,
)
from mdc_bridge.compare.time_slots import hour_end
from tests.browser.looking import View, look

HOSTILE = (
    "\"><script>document.title='owned'</script><img src=http://127.0.0.1:9/x onerror=alert(1)>"
)
VIEWS = [
    View(1400, "light"),
    View(1400, "dark"),
    View(360, "light", open=True),
    View(360, "dark", open=True),
    View(760, "light", open=True),
]
PLOT_HEIGHT = 180


def _report() -> Report:
    hours = {
        f"2026-11-{20 + hour // 24}T{hour % 24:02}": Counts(100 + hour, 100 + hour)
        for hour in range(40)
    }
    hours["2026-11-20T05"] = Counts(1200, 1150, 10, 60, 7)
    hours["2026-11-21"] = Counts(3, 0, 0, 3, 0)
    cells = [Cell("income", "60680.88", "60681"), Cell(HOSTILE, HOSTILE, f'"{HOSTILE}"')]
    place = RowPlace(f"modeldata/{'x' * 200}/data.csv", 12)
    spoiled = Dataset(
        "credit",
        "risk",
        "model_inputs",
        "3",
        folders=["credit/risk/3/inputs", HOSTILE],
        hours=hours,
        columns={
            "income": ColumnDifferences(7, [("60680.88", "60681")]),
            HOSTILE: ColumnDifferences(1, [("\u202eevil\x07", HOSTILE)]),
            "w" * 300: ColumnDifferences(1, [("1" * 400, "2" * 400)]),
        },
        renamed={f"a » {HOSTILE}": 4},
        samples=[
            Sample("differs", "2026-11-20T05", HOSTILE, 0, place, place, cells),
            Sample("missing_left", "2026-11-20T05", "id-1", 1, None, place, cells),
            Sample("missing_right", "2026-11-21", "", 0, place, None, cells),
            *[Sample("missing_right", "2026-11-21", "", 0, place, None, cells)] * 3,
        ],
        matched_without_id=5,
        folded=2,
        repeated_right=3,
        in_doubt=1,
        without_outputs=WithoutOutputs(None, 1, [(HOSTILE, "right", "2026-11-20T05")]),
    )
    equal = Dataset("credit", "risk", "model_outputs", "3", ["x"], {"2026-11-20T05": Counts(9, 9)})
    left = Side("/data/archive", 3, torn=1, problems=["data.csv: the last row has no end"])
    right = Side("https://a.blob.core.windows.net?***", 50, 1, problems=[f"x.jsonl: {HOSTILE}"])
    return Report(left, right, since="2026-11-20", datasets=[spoiled, equal])


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The page of a report with everything in it, in all views."""
    page = tmp_path_factory.mktemp("page") / "page.html"
    page.write_text(render_page(_report()), encoding="utf-8")
    return look(page, VIEWS)


@pytest.mark.newest_only
def test_nothing_runs_and_nothing_is_loaded(seen: list[dict[str, Any]]) -> None:
    """Names and cells with HTML in them are texts; the page asks for nothing but itself."""
    for view in seen:
        assert view["messages"] == []
        assert [url.partition(":")[0] for url in view["requests"]] == ["file"]
        assert view["elements"] == 0
        assert (
            view["title"] == "80 differences, not everything could be read — CSV and JSONL compared"
        )
        assert "<script>document.title='owned'</script>" in view["shown"]
        assert "\\u202eevil\u2407" in view["shown"]


@pytest.mark.newest_only
def test_it_fits_every_screen(seen: list[dict[str, Any]]) -> None:
    """No view scrolls sideways, however long names and values are."""
    for view in seen:
        assert view["scrollWidth"] <= view["innerWidth"]
        assert view["spilling"] == []


@pytest.mark.newest_only
def test_every_text_can_be_read(seen: list[dict[str, Any]]) -> None:
    """The contrast of all texts is at least the 4.5 of WCAG AA, and both schemes differ."""
    for view in seen:
        assert len(view["texts"]) > 60
        assert [text for text in view["texts"] if text["contrast"] < 4.5] == []
    assert seen[0]["background"] != seen[1]["background"]


@pytest.mark.newest_only
def test_bars_are_as_high_as_their_counts(seen: list[dict[str, Any]]) -> None:
    """Bars of both sides stand beside each other for every hour, with their numbers in words."""
    for view in seen:
        overall, spoiled = view["charts"][:2]
        for chart in (overall, spoiled):
            assert chart["role"] == "img"
            assert chart["top"] >= 1200
            for bar in chart["bars"]:
                expected = bar["count"] / chart["top"] * PLOT_HEIGHT
                assert bar["height"] == pytest.approx(expected, abs=0.1)
                right = chart["box"]["x"] + chart["box"]["width"]
                assert chart["box"]["x"] - 0.5 <= bar["x"] <= bar["x"] + bar["width"] <= right + 0.5
        sides = {
            kind: sum(bar["count"] for bar in spoiled["bars"] if bar["kind"] == kind)
            for kind in ("csv", "jsonl", "alone")
        }
        total = _report().datasets[0].total
        assert sides == {"csv": total.left, "jsonl": total.right, "alone": 73}
        assert len({bar["fill"] for bar in spoiled["bars"]}) == 3
        assert f"{total.left:,} in the CSV" in spoiled["label"]
        told = (
            "20 Nov 2026 05:00 UTC\nCSV: 1,200 rows\nJSONL: 1,150 rows\n60 only in the CSV\n"
            "10 only in the JSONL\n7 with values that differ"
        )
        assert told in spoiled["titles"]
        assert any("21 Nov 2026, hour unknown" in title for title in spoiled["titles"])


@pytest.mark.newest_only
def test_labels_of_the_axis_do_not_touch(seen: list[dict[str, Any]]) -> None:
    """They are few enough for the width, and stay inside of it."""
    for view in seen:
        for chart in view["charts"]:
            rows: dict[int, list[dict[str, Any]]] = {}
            for label in chart["labels"]:
                rows.setdefault(round(label["y"]), []).append(label)
                assert 0 <= label["x"] <= label["x"] + label["width"] <= view["innerWidth"]
            for labels in rows.values():
                ordered = sorted(labels, key=lambda label: label["x"])
                for before, after in zip(ordered, ordered[1:]):
                    assert before["x"] + before["width"] < after["x"]
    assert any(label["text"] == "20 Nov" for label in seen[0]["charts"][0]["labels"])


@pytest.mark.newest_only
def test_numbers_are_shown(seen: list[dict[str, Any]]) -> None:
    """Everything that the report found is on the page."""
    shown = seen[2]["shown"]
    for text in (
        "80 differences",
        "since 2026-11-20",
        "JSONL: 1 could not be read",
        "CSV: 1 truncated last row skipped",
        "Only in the JSONL",
        "60680.88",
        "Correlation ids with inputs and no outputs",
        "5 rows without a correlation id in the CSV",
        "Duplicates of rows that both sides have",
        "no differences",
        "2 more samples",
    ):
        assert text in shown


def test_files_that_were_not_read() -> None:
    """They are listed with the reason, on the side on which they lie."""
    left = Side(
        "a", left_out=1, copies=2, not_read=["odd.csv: no layout", "b.csv: a copy", "c.csv"]
    )
    page = render_page(Report(left, Side("b")))
    assert "CSV: 1 file left out, 2 not read as copies" in page
    assert all(reason in page for reason in left.not_read)
    assert "JSONL: " not in page.partition("<body")[2]


def test_one_of_everything() -> None:
    """One takes the singular, and the period ends with its last hour."""
    hours = {"2026-11-21T16": Counts(1, 1, differing=1)}
    dataset = Dataset("e", "d", "c", "1", [], hours, in_doubt=1, matched_without_id=1)
    left = Side("a", 1, torn=1, problems=["x: the last row has no end"])
    page = render_page(Report(left, Side("b", 1), datasets=[dataset]))
    assert "2026-11-21 16:00 to 2026-11-21 17:00, UTC" in page
    assert "CSV: 1 truncated last row skipped" in page
    assert "1 CSV row against 1 JSONL row, in 1 collection<" in page
    assert (
        re.findall(r"\b1 (?:\w+ ){0,2}(?:rows|differences|files|columns|collections)\b", page) == []
    )


@pytest.mark.parametrize(
    ("hour", "end"),
    [
        ("2026-11-21T09", "2026-11-21 10:00"),
        ("9999-12-31T23", "9999-12-31 24:00"),
        ("2026-11-21", "2026-11-21"),
    ],
)
def test_ends_of_hours(hour: str, end: str) -> None:
    assert hour_end(hour) == end


def _many(collections: int, columns: int) -> Report:
    """A report in which the later collections differ more, each in every column."""
    datasets = []
    for number in range(collections):
        differing = max(0, number - 5)
        names = {f"column {each}": ColumnDifferences(each, [("1", "2")]) for each in range(columns)}
        hours = {"2026-11-20T05": Counts(1000, 1000, differing=differing)}
        datasets.append(Dataset("e", f"d{number}", "c", "1", ["f"], hours, names))
    return Report(Side("a"), Side("b"), datasets=datasets)


@pytest.mark.newest_only
def test_many_collections_are_looked_through(tmp_path: Path) -> None:
    """The worst come first and are open; the others are closed, and the page stays short."""
    page = tmp_path / "page.html"
    page.write_text(render_page(_many(50, 500)), encoding="utf-8")
    (view,) = look(page, [View(1400, "light")])
    assert view["height"] < 12_000
    names = re.findall(r"e / (d\d+) /", view["shown"])
    worst = [f"d{number}" for number in range(49, 5, -1)]
    assert names[:44] == worst
    assert view["shown"].count("Differences by column") == 3


@pytest.mark.newest_only
def test_differences_are_seen_on_a_narrow_screen(tmp_path: Path) -> None:
    """Nobody has to scroll sideways for the columns of what was found."""
    page = tmp_path / "page.html"
    page.write_text(render_page(_many(8, 3)), encoding="utf-8")
    widths = [320, 360, 420, 480]
    views = look(page, [View(width, "light", open=True) for width in widths])
    assert [view["innerWidth"] for view in views] == widths
    for view in views:
        assert view["cut"] == [], view["innerWidth"]
        assert "Differ" in view["shown"]


def test_every_font_has_its_signs() -> None:
    """Beside the texts of the data, nothing beyond Latin-1 and the dash."""
    page = render_page(_many(3, 3))
    assert set(filter(lambda sign: ord(sign) > 255, page)) <= {"—"}


@pytest.mark.newest_only
@pytest.mark.parametrize(
    ("datasets", "unreadable", "heading"),
    [
        ([], 0, "No rows to compare"),
        ([Dataset("e", "d", "c", "1", [], {"2026-11-20T05": Counts(9, 9)})], 0, "No differences"),
        ([], 1, "Not everything could be read"),
    ],
)
def test_other_verdicts(
    tmp_path: Path, datasets: list[Dataset], unreadable: int, heading: str
) -> None:
    """A page without differences, without rows, and of what could not be read."""
    page = tmp_path / "page.html"
    report = Report(Side("a"), Side("b", unreadable=unreadable), datasets=datasets)
    page.write_text(render_page(report), encoding="utf-8")
    (view,) = look(page, [View(400, "dark", open=True)])
    assert view["heading"] == heading
    assert view["messages"] == []
    assert view["scrollWidth"] <= 400
