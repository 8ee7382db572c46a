"""Names that users chose never lead out of the root, and never to each other's files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.events import Stream
from mdc_core.encoding.csv_rows import csv_pieces
from mdc_core.layouts import segment_name
from tests.core.made import TIME_US, csv_target, event

HOSTILE = [
    "/",
    "a/b",
    "/etc/passwd",
    "..",
    "../..",
    ".",
    "...",
    "a/../../b",
    "..\\..",
    "",
    "\0",
    "a\0b",
    "line\nfeed",
    "line\r\nfeed",
    "%2E%2E",
    "%00",
    "%7E",
    "~",
    "%",
    "%2",
    "🙂",
    "é",
    "e\u0301",
    " ",
    "name ",
    "x" * 300,
    "x" * 299 + "y",
    "🙂" * 300,
    "/" * 300,
    "\ud800",
    "\ud800" * 100,
]
ANY_TEXT = st.text(st.characters(blacklist_categories=())) | st.sampled_from(HOSTILE)
CSV_PARTS = ("service", "model", "version", "designation", "file_name")
JSONL_PARTS = ("endpoint", "deployment", "collection")


def _paths(part: str, names: Iterable[str]) -> list[str]:
    """Return the paths to which events go that have these names in one place."""
    if part in JSONL_PARTS:
        streams = [
            Stream(**{**dict.fromkeys(JSONL_PARTS, "n"), part: name}, workspace="")
            for name in names
        ]
        return [f"{stream.folder(TIME_US)}/{segment_name('0' * 32, 0)}" for stream in streams]
    return [
        csv_pieces(
            event([1]), csv_target(**{part: {("m", "1"): name} if part == "folders" else name})
        )[0].path
        for name in names
    ]


@pytest.mark.parametrize("part", [*CSV_PARTS, *JSONL_PARTS])
def test_different_names_are_different_files_below_the_root(part: str, tmp_path: Path) -> None:
    """Files of all the names can be made, each is there once, and all lie where they belong."""
    paths = _paths(part, HOSTILE)
    for path in paths:
        file = tmp_path / "root" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "x"):
            pass
    made = [Path(folder, name) for folder, _, names in os.walk(tmp_path) for name in names]
    assert {str(file.relative_to(tmp_path / "root")) for file in made} == set(paths)
    assert len({path.count("/") for path in paths}) == 1


@pytest.mark.parametrize("part", [*CSV_PARTS, *JSONL_PARTS, "workspace", "folders"])
@given(name=ANY_TEXT)
def test_no_name_leads_out_of_the_root(part: str, name: str) -> None:
    """No text makes a path with a `.` or `..` part, or with one that a file system refuses."""
    (path,) = _paths(part, [name])
    root, *parts = path.split("/")
    assert root in ("modeldata", "modelDataCollector")
    assert not {".", ".."} & set(parts)
    assert not set("\0\n\r\\") & set(path)
    assert os.path.normpath(f"/root/{path}").startswith(f"/root/{root}/")
    assert max(len(os.fsencode(part)) for part in parts) <= 255


@pytest.mark.parametrize("part", [*CSV_PARTS, *JSONL_PARTS])
@given(one=ANY_TEXT, other=ANY_TEXT)
def test_different_names_are_different_paths(part: str, one: str, other: str) -> None:
    """No two names share a file."""
    first, second = _paths(part, [one, other])
    assert (first == second) == (one == other)


@given(ANY_TEXT, ANY_TEXT)
def test_raw_files_stay_in_their_deployment(endpoint: str, deployment: str) -> None:
    """Folders of raw files obey the same rule."""
    folder = Stream(endpoint, deployment, "c", "").raw_folder(TIME_US)
    assert folder.count("/") == 6
    assert os.path.normpath(folder) == folder


@pytest.mark.parametrize("folders", [{}, {("m", "1"): "/modeldata/a/{webservice_name}/m/1/"}])
@given(
    cells=st.fixed_dictionaries(
        {
            "$aml_dc_scoring_timestamp": st.sampled_from(["2026-11-28T21:00:00", "", "no time"]),
            "$aml_workspace": ANY_TEXT | st.sampled_from(["a/b/c", "a/b", "/", "a/b/c/d", "../.."]),
            "$aml_service_name": ANY_TEXT,
            "$aml_model_name": ANY_TEXT | st.just("m"),
            "$aml_model_version": ANY_TEXT | st.just("1"),
        }
    )
)
def test_rows_choose_names_and_never_how_deep_they_lie(
    folders: dict[tuple[str, str], str], cells: dict[str, str]
) -> None:
    """No label row of a client makes a folder where another model's file belongs."""
    target = csv_target(follows_rows=True, folders=folders, designation="labels")
    frame = pandas.DataFrame([{"label": 1, **cells}], dtype=object)
    (piece,) = csv_pieces(event(frame), target)
    (own,) = csv_pieces(event([1]), target._replace(folders={}))
    (mapped,) = csv_pieces(event([1]), target)
    assert piece.path.count("/") in (own.path.count("/"), mapped.path.count("/"))
    assert piece.path.split("/")[-5] == "labels"
    assert os.path.normpath(piece.path) == piece.path
