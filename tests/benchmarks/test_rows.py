"""What `make bench` measures: rows that can be named, and a subject for each of their values."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator, List

import benchmarks.rows as tested
from benchmarks.rows import CALIBRATION, GROWTHS, ROWS, Value

SUBJECTS = Path(tested.__file__).parents[1] / "subjects"


def values() -> Iterator[Value]:
    """Return all values that are measured."""
    yield CALIBRATION
    for growth in GROWTHS:
        yield from map(growth.value, growth.sizes)
    for row in ROWS:
        for value in (row.ours, row.peer):
            while value is not None:
                yield value
                value = value.less


def test_names() -> None:
    """One row has a name, and no blank in it, for the command line."""
    names: List[str] = [row.name for row in ROWS] + [growth.name for growth in GROWTHS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.split() != [name]]


def test_a_peer_has_a_name() -> None:
    """And there is no name without one."""
    assert [row.name for row in ROWS if bool(row.peer_name) != (row.peer is not None)] == []


def test_every_value_has_its_subject() -> None:
    """A function of its name, which takes the folder and the arguments."""
    for value in set(values()):
        module, _, name = value.subject.partition(".")
        tree = ast.parse((SUBJECTS / f"{module}.py").read_text(encoding="utf-8"))
        found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert len(found[name].args.args) == 1 + len(value.arguments), value


def test_sizes_rise() -> None:
    """A curve has three or more, or no end could be told from its beginning."""
    for growth in GROWTHS:
        assert list(growth.sizes) == sorted(set(growth.sizes))
        assert len(growth.sizes) >= 3
