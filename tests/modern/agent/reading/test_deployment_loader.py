"""Beside the client of Azure: what it takes, what it reads in it, and what it refuses."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdc_agent.reading import Reading, read_deployment
from tests.forked_python import ForkedPython
from tests.modern.agent.reading.deployment_files import AGENT, BOTH, CASES, NONE, collector

pytestmark = pytest.mark.newest_only

Load = Callable[[list[bytes]], list[tuple[Reading, dict[str, Any]]]]

_POOL = (
    *("'true'", "'False'", "true", "no", "1", "0", "0.5", "'0.5'", "-1", "1.5", "''", "null", "~"),
    *("hour", "Minute", "DAY", "month", "Year", "text", "azureml:a:1", "[]", "{}", "[a]", "[1]"),
    *("{name: a}", "{version: 1}", "{version: '2'}", "{path: p, name: n}", "{x: y}", "2026-11-29"),
    *("1e3", "0x1", "1_0", "0:30", "!!str 1", "!!int '3'", "!!float 1", "!!binary YQ==", ".inf"),
    *("{capture_headers: [a, B]}", "{capture_headers: a}", "{capture_headers: [a, 1]}"),
    *(
        "{a: {enabled: 'true'}}",
        "{a: {enabled: true}, b: {enabled: 'FALSE'}}",
        "{a: {}}",
        "{1: {}}",
    ),
)
_USUAL = {
    "rolling_rate": "hour",
    "sampling_rate": "0.5",
    "request_logging": "{capture_headers: [a]}",
    "enabled": "'true'",
    "client_id": "c",
    "data": "{name: n}",
    "version": "'1'",
    "path": "azureml://datastores/d/paths/p",
    "data_id": "azureml:a:1",
    "name": "n",
}


@pytest.fixture(scope="module")
def load(with_azure_ai_ml: ForkedPython, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Reads files with both."""

    def both(contents: list[bytes]) -> list[tuple[Reading, dict[str, Any]]]:
        folder = tmp_path_factory.mktemp("deployments")
        paths = [folder / f"{at}.yaml" for at in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        (folder / "paths.json").write_text(json.dumps([str(path) for path in paths]))
        script = Path(__file__).with_name("load_deployments.py")
        words = [str(script), str(folder / "paths.json")]
        ended = with_azure_ai_ml.run(words, folder, os.environ)
        assert ended.returncode == 0, ended.stderr
        theirs = json.loads(ended.stdout)
        return [(read_deployment(path), their) for path, their in zip(paths, theirs, strict=True)]

    return both


def assert_same(reading: Reading, their: dict[str, Any], text: object) -> None:
    """We say that Azure's client takes what it takes; then both have read the same."""
    assert reading.refused_by_azure == ("refused" in their), (text, reading.remarks, their)
    if "refused" in their:
        return
    read, ours = their["read"], reading.deployment
    assert ours is not None, (text, reading.remarks)
    assert (ours.endpoint, ours.name) == (read["endpoint"], read["name"] or "")
    assert ours.rolling_rate == (read.get("rolling_rate") or "hour")
    said = any("refuses the name" in each.text for each in reading.remarks)
    # An empty name is none for the client, which asks for one later.
    assert said == (not read["name_is_valid"] or not ours.name), ours.name
    rate = read.get("sampling_rate")
    assert ours.sampling_rate == (1.0 if rate is None else rate)
    assert list(ours.capture_headers) == (read.get("headers") or [])
    assert [each.name for each in ours.collections] == list(read["collections"])
    for our, each in zip(ours.collections, read["collections"].values(), strict=True):
        assert our.enabled == (each["enabled"] == "true")
        assert our.client_id == (each["client_id"] or None)
        if isinstance(each["data"], dict) and not each["data"]["data_id"]:
            assert our.data_name == (each["data"]["name"] or None)
            assert our.data_version == (each["data"]["version"] or "1")
            assert our.data_path == ((each["data"]["path"] or "").strip() or None)


def test_each_file_is_taken_by_whom_the_table_says(load: Load) -> None:
    """The table holds against the real loader, and so does what is read in each file."""
    contents = [case.text.encode() for case in CASES.values()]
    for (name, case), (reading, their) in zip(CASES.items(), load(contents), strict=True):
        assert_same(reading, their, name)
        expected = BOTH if "read" in their else NONE if reading.deployment is None else AGENT
        assert case.taken_by == expected, (name, their)
    assert len(CASES) >= 120


def test_files_of_other_bytes(load: Load) -> None:
    """A mark of byte order, ends of lines, other encodings and bytes that are not text."""
    text = collector("collections: {a: {enabled: 'true'}}")
    contents = [
        text.encode("utf-8-sig"),
        text.replace("\n", "\r\n").encode(),
        text.replace("\n", "\r").encode(),
        text.encode("utf-16"),
        text.encode() + b"# \xff\n",
        text.encode() + b"\0",
        b"\xef\xbb\xbf",
    ]
    for content, (reading, their) in zip(contents, load(contents), strict=True):
        assert_same(reading, their, content)


def test_any_values_in_any_places(load: Load) -> None:
    """A thousand files with values of all kinds in places of all kinds."""
    chance = random.Random(20261129)

    def value(key: str) -> str:
        return chance.choice(_POOL) if chance.random() < 0.25 else _USUAL[key]

    def some(*keys: str) -> list[str]:
        return [f"{key}: {value(key)}" for key in keys if chance.random() < 0.5]

    texts = []
    for _ in range(300):
        lines = some("rolling_rate", "sampling_rate", "request_logging")
        if chance.random() < 0.2:
            lines.append(f"collections: {chance.choice(_POOL)}")
        else:
            inner = [*some("client_id"), f"enabled: {value('enabled')}"]
            if chance.random() < 0.5:
                data = ", ".join(some("name", "version", "path", "data_id"))
                inner.append(f"data: {value('data') if chance.random() < 0.3 else f'{{{data}}}'}")
            lines += ["collections:", "  model_inputs:", *(f"    {each}" for each in inner)]
        texts.append(collector("\n".join(lines)))
    results = load([text.encode() for text in texts])
    for text, (reading, their) in zip(texts, results, strict=True):
        assert_same(reading, their, text)
    taken = sum("read" in their for _, their in results)
    alone = sum(
        "read" not in their and reading.deployment is not None for reading, their in results
    )
    assert min(taken, alone, len(results) - taken - alone) > 3


# What is put into files to break them.
_PIECES = (
    *(
        "'",
        '"',
        ":",
        "- ",
        "  ",
        "\n",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "!!str ",
        "!x ",
        "true",
        "null",
    ),
    *(
        "|\n ",
        ">-\n  ",
        "#",
        "%",
        "@",
        "`",
        "<<: ",
        "? ",
        "---\n",
        "...\n",
        "0x1",
        "=",
        "\t",
        "\u00e9",
    ),
    *("\u2028", "\x85", "\ufeff", "!!binary YQ==", "enabled", "data", "name", "type: kubernetes\n"),
)
# The agent has nothing to do with their values.
_OTHER_KEYS = ("model", "instance_count", "tags", "description")


def _changed(chance: random.Random, text: str, others: list[str]) -> str:
    """Return a file with pieces put in and taken out, lines moved, and those of another."""
    for _ in range(chance.randint(1, 4)):
        at, lines = chance.randrange(len(text) + 1), text.split("\n")
        line = chance.randrange(len(lines))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice(_PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 8) :]
        else:
            source = lines if kind == 2 else chance.choice(others).split("\n")
            lines.insert(line, chance.choice(source))
            text = "\n".join(lines)
    return text


def test_any_changes_of_any_file(load: Load) -> None:
    """Files of the table, broken in some places; values of other keys are not looked at."""
    chance = random.Random(20261130)
    texts = [case.text for case in CASES.values() if case.text]
    changed = [_changed(chance, chance.choice(texts), texts) for _ in range(250)]
    results = load([text.encode() for text in changed])
    for text, (reading, their) in zip(changed, results, strict=True):
        refused = their.get("refused", "")
        if reading.refused_by_azure or not any(f'"{key}": [' in refused for key in _OTHER_KEYS):
            assert_same(reading, their, text)
    assert sum("read" in their for _, their in results) > 10
