"""Deployment files: who accepts them, and the remarks about them, with the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mdc_agent.reading import Reading, read_deployment
from mdc_core.errors import StoreError
from tests.modern.agent.reading.deployment_files import (
    AGENT,
    BOTH,
    CASES,
    NONE,
    Case,
    collection,
    collector,
)


def read(folder: Path, text: str) -> Reading:
    path = folder / "deployment.yaml"
    path.write_text(text, encoding="utf-8")
    return read_deployment(path)


def taken_by(reading: Reading) -> str:
    if reading.deployment is None:
        return NONE
    return AGENT if reading.refused_by_azure else BOTH


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_said(tmp_path: Path, case: Case) -> None:
    """Each file is taken by whom it should be, and the remark that matters has the right line."""
    reading = read(tmp_path, case.text)
    assert taken_by(reading) == case.taken_by, reading.remarks
    said = [(each.line, each.at("")) for each in reading.remarks]
    if case.line:
        assert any(line == case.line and case.words in text for line, text in said), said
    else:
        assert not said


def test_what_azure_refuses_alone_comes_with_the_spelling_that_it_takes(tmp_path: Path) -> None:
    """Of a file that the agent takes and Azure's client refuses, each reason says what is valid."""
    for case in CASES.values():
        reading = read(tmp_path, case.text)
        for remark in reading.remarks if reading.deployment else ():
            assert remark.valid or not remark.azure_refuses, remark


def test_mappings_with_the_same_keys_are_merged_as_yaml_says(tmp_path: Path) -> None:
    """The first wins, as the standard has it; releases of PyYAML differ, which a remark says."""
    text = collector(
        "collections:\n  a: &on {enabled: 'true'}\n  b: &off {enabled: 'false'}\n"
        "  c:\n    <<: [*off, *on]"
    )
    reading = read(tmp_path, text)
    assert reading.deployment is not None
    assert [each.enabled for each in reading.deployment.collections] == [True, False, False]
    (remark,) = reading.remarks
    assert (remark.line, "releases of PyYAML differ" in remark.text) == (11, True)


BOMBS = {
    "aliases of lists": "a0: &a0 [x]\n"
    + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 20)),
    "merged mappings": "a0: &a0 {x: 1}\n"
    + "".join(f"a{at}: &a{at} {{<<: [{', '.join([f'*a{at - 1}'] * 9)}]}}\n" for at in range(1, 20)),
    "lists in lists": f"a: {'[' * 20000}{']' * 20000}\n",
    "a list in itself": "a: &a [*a]\n",
    "a number without end": f"a: {'9' * 100_000}\n",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_beside_the_collector_do_no_harm(tmp_path: Path, bomb: str) -> None:
    """What nobody asks for is not unfolded; what is nested too deeply is refused."""
    reading = read(tmp_path, bomb + collector("collections: {a: {enabled: 'true'}}"))
    assert reading.deployment or "too deeply" in reading.remarks[0].text


@pytest.mark.parametrize("bomb", ["merged mappings", "aliases of lists", "a list in itself"])
def test_bombs_in_the_collector_are_refused(tmp_path: Path, bomb: str) -> None:
    """So do the aliases of what is read."""
    last = BOMBS[bomb].rstrip("\n").rpartition("\n")[2].partition(":")[0]
    for place in ("collections", "collections: {a: {<<", "request_logging: {capture_headers"):
        end = "}" * place.count("{")
        reading = read(tmp_path, BOMBS[bomb] + collector(f"{place}: *{last}{end}"))
        assert reading.deployment is None
        assert all(remark.line for remark in reading.remarks)


def test_large_files_are_refused(tmp_path: Path) -> None:
    """Of a file without end no more is read than its bound."""
    reading = read_deployment("/dev/zero")
    assert (reading.deployment, reading.remarks[0].severity) == (None, "error")
    assert "larger than 512 KiB" in reading.remarks[0].text
    assert read(tmp_path, collector("collections: {}") + "#" * 400_000).deployment


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """No file, a folder, a name that no file has."""
    for path in (tmp_path / "nothing.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(StoreError):
            read_deployment(path)


def test_places_of_values(tmp_path: Path) -> None:
    """The place of each value is known, for those who have something to say about it later."""
    reading = read(tmp_path, collection("enabled: 'true'\ndata: {name: a, path: azureml://x}"))
    keys = ("data_collector", "collections", "model_inputs", "data", "path")
    assert reading.position(*keys).endswith("deployment.yaml:10:29")
    assert reading.position("nowhere").endswith("deployment.yaml")


def test_hostile_names_are_data(tmp_path: Path) -> None:
    """Names of all kinds are read as they are, and said in one line each."""
    names = ["../../etc/passwd", "a/b", "a\nb", "\u202egnp", "x" * 900, "%2e%2e", ".", "\x1b[31m"]
    quoted = "\n".join(f"  {json.dumps(name)}: {{enabled: 'true', bad: 1}}" for name in names)
    reading = read(tmp_path, collector(f"collections:\n{quoted}"))
    told = [each.at(reading.source) for each in reading.remarks if each.severity == "error"]
    assert len(told) == len(names)
    assert all(text.isprintable() and len(text) < 600 for text in told)
    good = read(tmp_path, collector(f"collections:\n{quoted}".replace(", bad: 1", "")))
    assert good.deployment is not None
    assert [each.name for each in good.deployment.collections] == names
