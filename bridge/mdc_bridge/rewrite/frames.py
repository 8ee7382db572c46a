"""Arrays and lists are collected through `pandas.DataFrame(..., columns=[the feature names])`."""

from __future__ import annotations

from typing import NamedTuple, Optional

import libcst as cst

from mdc_core.data.column_names import column_names

from .bindings import constant, is_changed, resolved
from .call_sites import Site
from .collectors import HeldCollector
from .edits import Edit, lines_before
from .owners import same_variable
from .prelude import Prelude
from .results import Unsure
from .script import Script
from .shapes import ArrayShape, FrameShape, ListShape, shape_of
from .shown import is_in_f_string

_LONGEST_INLINE = 60


class Wrapping(NamedTuple):
    """Code around the data, which makes a DataFrame of them."""

    before: str
    after: str


def needs_inputs(script: Script, site: Site) -> bool:
    """Return whether the rows of the data depend on how many rows the inputs had."""
    names = site.collector.made.names
    if site.collector.made.is_inputs or (names is not None and len(names) == 1):
        return False
    shape = shape_of(script, site.data, site.scope)
    if isinstance(shape, ListShape):
        return len(shape.types) > 1
    return shape is None


def columns_of(script: Script, prelude: Prelude, held: HeldCollector) -> tuple[str, list[Edit]]:
    """Return code for the feature names of a collector, with edits that keep them where it is made.

    The code is right wherever the collector is used; it is empty without names.

    Raises:
        Unsure: they cannot be kept for the calls of `collect`.
    """
    names = held.made.names
    node = held.made.names_node
    if not names and names is not None:
        return "", []
    if isinstance(node, cst.Name) and _is_lasting(script, node):
        return node.value, []
    if names is None:
        return _kept_columns(script, prelude, held)
    code = _literal(script, node, names)
    stands_inline = len(code) <= _LONGEST_INLINE and not set(code) & {"\n", "\r"}
    in_text = any(is_in_f_string(script, call) for call in held.collects)
    if len(held.collects) > 1 or not stands_inline or in_text:
        wanted = held.name.rpartition(".")[2].strip("_").upper()
        code = prelude.constant(f"{wanted}_COLUMNS", code) if held.collects else code
    return code, []


def _is_lasting(script: Script, node: cst.Name) -> bool:
    """Return whether a name means the same list of texts in all functions, for good."""
    value = constant(script, node)
    if len(same_variable(script, node)) != len(script.names[node.value]):
        return False
    return isinstance(value, (cst.List, cst.Tuple)) and all(
        isinstance(element.value, cst.SimpleString) for element in value.elements
    )


def _literal(script: Script, node: Optional[cst.BaseExpression], names: tuple[str, ...]) -> str:
    """Return the names as the script writes them, where that is a list of unique texts."""
    value = None if node is None else resolved(script, node)
    if isinstance(value, cst.List):
        written = [
            element.value.evaluated_value
            for element in value.elements
            if isinstance(element.value, cst.SimpleString)
        ]
        if tuple(written) == names:
            return _dedented(script.code(value))
    return _list(names)


def _dedented(code: str) -> str:
    """Return a literal of several lines as it would stand at the beginning of a line."""
    *others, last = code.splitlines()
    indent = last[: len(last) - len(last.lstrip())]
    if not indent or not all(line.startswith(indent) for line in others[1:] if line.strip()):
        return code
    return "\n".join([*others[:1], *(line[len(indent) :] for line in [*others[1:], last])])


def quoted(text: str) -> str:
    """Return a text as a Python literal in double quotes."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal


def _kept_columns(script: Script, prelude: Prelude, held: HeldCollector) -> tuple[str, list[Edit]]:
    name = held.name.rpartition(".")[2].strip("_")
    variable = prelude.fresh(f"{name}_columns")
    target = f"self.{variable}" if held.name.startswith("self.") else variable
    edits = []
    for made in held.constructions:
        node = made.names_node
        assert node is not None
        line = script.own_line(script.statement(made.call))
        if line is None:
            raise Unsure(made.call, "the feature names need a separate line")
        if isinstance(node, cst.Name) and any(
            is_changed(script, found) for found in same_variable(script, node)
        ):
            raise Unsure(node, f"{node.value} is changed in place")
        declared = held.is_global and script.scope(made.call) is not script.module
        lines = [f"global {variable}"] if declared else []
        lines.append(f"{target} = {script.lone_code(node)}")
        edits.append(lines_before(script, line, *lines))
    return target, edits


def wrapping_of(
    script: Script, prelude: Prelude, site: Site, columns: str, inputs: Optional[str]
) -> Wrapping:
    """Return the code that makes a DataFrame of what a call of `collect` is given.

    Args:
        script: the script.
        prelude: for what the code needs.
        site: the call.
        columns: code for the feature names of its collector.
        inputs: the variable that holds the frame of the request's inputs, None where the rows do
            not depend on it.
    """
    shape = shape_of(script, site.data, site.scope)
    names = site.collector.made.names
    takes_texts = site.collector.made.is_inputs and not names
    if isinstance(shape, FrameShape):
        return Wrapping("", "" if shape.is_new else ".copy()")
    if isinstance(shape, ArrayShape) and names is not None:
        code = _columns_of_width(columns, names, shape.width)
        return Wrapping(f"{prelude.module('pandas')}.DataFrame(", f", columns={code}, copy=True)")
    if isinstance(shape, ListShape) and inputs is None and names is not None:
        return _wrapping_of_values(prelude, shape, columns, names, takes_texts)
    function = prelude.frame_function(
        any_names=names is None, follows_inputs=inputs is not None, takes_texts=takes_texts
    )
    after = f", columns={columns}" if columns else ""
    after += f", inputs={inputs}" if inputs else ""
    after += ", texts=True" if takes_texts else ""
    return Wrapping(f"{function}(", f"{after})")


def _columns_of_width(columns: str, names: tuple[str, ...], width: int) -> str:
    """Return code for the names of so many columns, as the old SDK names those without a name."""
    whole = column_names(names, width)
    return columns if whole == names else _list(whole)


def _wrapping_of_values(
    prelude: Prelude, shape: ListShape, columns: str, names: tuple[str, ...], takes_texts: bool
) -> Wrapping:
    before = f"{prelude.module('pandas')}.DataFrame("
    # Texts stay objects: not every text fits the string arrays of newer pandas.
    has_text = "str" in shape.types
    if len(names) == 1:
        # One column has one type: integers beside floats would become floats.
        as_objects = ", dtype=object" if has_text or len(set(shape.types)) > 1 else ""
        return Wrapping(before, f", columns={columns}{as_objects})")
    if takes_texts and set(shape.types) == {"str"}:
        return Wrapping(before, f", columns={_list(column_names((), 1))}, dtype=object)")
    code = _columns_of_width(columns, names, len(shape.types))
    return Wrapping(f"{before}[", f"], columns={code}{', dtype=object' if has_text else ''})")


def _list(names: tuple[str, ...]) -> str:
    return f"[{', '.join(map(quoted, names))}]"
