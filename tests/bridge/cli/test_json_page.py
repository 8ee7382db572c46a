"""docs/json.md says what `--json` prints: its fields are those that are printed, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mdc_bridge.cli import exits
from mdc_bridge.cli.app import app
from tests.bridge.cli.json_samples import Printed, fields_of

PAGE = Path(__file__).parents[3] / "docs/json.md"
_ROW = re.compile(r"\| `([^`]+)` \| ([a-z ]+) \| .+ \|")
_CODE = re.compile(r"\| (\d+) \| .+ \|")


class Section(NamedTuple):
    """What the page says of one command.

    Attributes:
        types: allowed ones by field.
        example: that was printed.
    """

    types: dict[str, set[str]]
    example: Any


def sections() -> dict[str, Section]:
    """Return what the page says, by command."""
    found = {}
    for text in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        example = re.search(r"```json\n(.*?)```", text, re.DOTALL)
        if example is not None:
            rows = (_ROW.fullmatch(line) for line in text.splitlines())
            types = {row[1]: set(row[2].split(" or ")) for row in rows if row}
            found[text.partition("\n")[0]] = Section(types, json.loads(example[1]))
    return found


def wrong(section: Section, value: Any) -> list[str]:
    """Return the fields of a value that the page does not have, or has with other types."""
    found = fields_of(value, section.types)
    return [
        f"{name}: {', '.join(sorted(types))}"
        for name, types in found.items()
        if not types <= section.types.get(name, set())
        and not (types == {"integer"} and "number" in section.types.get(name, set()))
    ]


def test_every_field_is_on_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is there that no command prints."""
    page = sections()
    made = Printed(tmp_path, capsys).all()
    assert page.keys() == made.keys()
    for name, make in made.items():
        printed = make()
        assert [each for sample in printed for each in wrong(page[name], sample)] == [], name
        seen = {field for sample in printed for field in fields_of(sample, page[name].types)}
        assert page[name].types.keys() - seen == set(), name


def test_examples() -> None:
    """They have the fields and types that the page says."""
    for name, section in sections().items():
        assert wrong(section, section.example) == [], name
        assert fields_of(section.example, section.types), name


def test_each_command_is_there() -> None:
    """All of them print JSON."""
    commands = {
        command.callback.__name__.replace("_", "-")
        for command in app.registered_commands
        if command.callback
    }
    assert {name.split(" ")[0].rstrip(",") for name in sections()} == commands


def test_exit_codes() -> None:
    """The table has those that there are."""
    codes = {value for name, value in vars(exits).items() if name.isupper()}
    rows = (_CODE.fullmatch(line) for line in PAGE.read_text(encoding="utf-8").splitlines())
    assert {int(row[1]) for row in rows if row} == codes
