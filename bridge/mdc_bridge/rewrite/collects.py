"""`collect(data)` becomes `collect(frame, context)`."""

from __future__ import annotations

from typing import Optional, Union

import libcst as cst

from .bindings import is_text
from .call_sites import Site
from .contexts import ContextFlow
from .edits import WIDTH, Edit, deeper, lines_before
from .frames import Wrapping, needs_inputs, wrapping_of
from .prelude import Prelude
from .results import Unsure
from .script import Loop, Script
from .shown import is_in_f_string

# Before Python 3.12.
_NOT_IN_F_STRING = frozenset("\"'\\\n#")
_COPYABLE = (cst.Name, cst.SimpleString)


def collect_edits(
    script: Script, prelude: Prelude, sites: list[Site], flow: ContextFlow, columns: dict[str, str]
) -> list[Edit]:
    """Return the edits of every `collect` of one model.

    Args:
        script: the script.
        prelude: for what the code needs.
        sites: the calls.
        flow: of the context between them.
        columns: code for the feature names of the collectors, by their variables.

    Raises:
        Unsure: a call stands where no statement can be put before it.
    """
    edits: list[Edit] = []
    context = flow.name
    if flow.follows and context is None:
        context = prelude.fresh("context", "correlation_context", "inputs_context")
    frame = None
    if any(needs_inputs(script, site) for site in flow.follows):
        frame = prelude.fresh("inputs_frame", "collected_inputs")
    variables = [name for name in (frame, context) if name is not None and name != flow.name]
    edits += [_start(script, each, variables) for each in flow.starts if variables]
    for site in sites:
        is_inputs = site.collector.made.is_inputs
        follows = site in flow.follows
        rows = frame if follows and needs_inputs(script, site) else None
        wrapping = wrapping_of(script, prelude, site, columns[site.collector.name], rows)
        held = frame if is_inputs else None
        correlation = context if follows else _user_context(prelude, site)
        if follows and site.user_id is not None and not isinstance(site.user_id, _COPYABLE):
            raise Unsure(site.user_id, "the id of these data is an unused expression")
        takes, closing = "", ""
        if is_inputs and flow.follows and site.result is None:
            takes = f"{context} := " if site.is_printed else f"{context} = "
            holder = script.parent(site.call)
            if site.is_printed and not (isinstance(holder, cst.Arg) and holder.keyword is None):
                takes, closing = f"({takes}", ")"
        at, end = script.start(site.call), script.end(site.call)
        if held is not None:
            edits.append(_frame_edit(script, site, wrapping, held))
        within = [Edit(at, at, takes)] if takes else []
        within += _argument_edits(script, site, wrapping, held, correlation, len(takes))
        within += [Edit(end, end, closing)] if closing else []
        needs_quotes = any(set(edit.text) & _NOT_IN_F_STRING for edit in within)
        if needs_quotes and is_in_f_string(script, site.call):
            raise Unsure(site.call, "the call would need quotes inside an f-string")
        edits += within
    return edits


def _argument_edits(
    script: Script,
    site: Site,
    wrapping: Wrapping,
    held: Optional[str],
    correlation: Optional[str],
    grown: int,
) -> list[Edit]:
    """Return the edits of a call's arguments, with line breaks where they make it too long."""
    first, last = site.call.args[0], site.call.args[-1]
    start, end = script.start(first), script.end(last)
    data_start, data_end = script.extent(site.data)
    line_start, call_end = script.line_start(start), script.end(site.call)
    indent = script.content[line_start : script.start(site.statement)].decode()
    data = held or f"{wrapping.before}{script.code(site.data)}{wrapping.after}"
    arguments = [data, correlation] if correlation else [data]
    length = len(script.before(start)) + grown + len(", ".join(arguments)) + 1
    opening, comma, closing = "", ", ", ""
    if (
        length > WIDTH
        and not is_in_f_string(script, site.call)
        and not indent.strip()
        and script.line(call_end) == script.line(line_start)
    ):
        opening, closing = f"\n{deeper(indent)}", f"\n{indent}"
        if len(deeper(indent) + ", ".join(arguments)) > WIDTH:
            comma = f",\n{deeper(indent)}"
    after = f"{comma}{correlation}{closing}" if correlation else closing
    if held is not None:
        return [Edit(start, end, f"{opening}{held}{after}")]
    return [
        Edit(start, data_start, opening + wrapping.before),
        Edit(data_end, script.end(first), wrapping.after),
        Edit(script.end(first), end, after),
    ]


def _start(script: Script, repeated: Union[cst.FunctionDef, Loop], variables: list[str]) -> Edit:
    """Return the edit that sets variables to None where a function or a round of a loop begins."""
    block = repeated.body
    what = "function" if isinstance(repeated, cst.FunctionDef) else "loop"
    if not isinstance(block, cst.IndentedBlock):
        raise Unsure(repeated, f"the {what} is written on one line")
    for position, statement in enumerate(block.body):
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        is_docstring = position == 0 and is_text(small)
        if not is_docstring and not isinstance(small, cst.Global):
            first: cst.CSTNode = statement
            if isinstance(statement, (cst.FunctionDef, cst.ClassDef)) and statement.decorators:
                first = statement.decorators[0]
            return lines_before(script, first, f"{' = '.join(variables)} = None")
    raise Unsure(repeated, f"the {what} has no statements")


def _frame_edit(script: Script, site: Site, wrapping: Wrapping, variable: str) -> Edit:
    """Return the edit that keeps the frame of the inputs for the data that depend on it."""
    line = script.own_line(site.statement)
    if line is None:
        raise Unsure(site.call, "the DataFrame of the inputs needs a separate line")
    indent = script.before(script.start(line))
    before, after = wrapping.before, wrapping.after
    code = f"{variable} = {before}{script.code(site.data)}{after}"
    if len(indent) + len(code) > WIDTH and after.endswith(")") and before:
        inner = f"{script.code(site.data)}{after[:-1]}"
        code = f"{variable} = {before}\n{deeper(indent)}{inner}\n{indent})"
    return lines_before(script, line, code)


def _user_context(prelude: Prelude, site: Site) -> Optional[str]:
    """Return the context for a user's correlation id: as before, a new id follows it."""
    node = site.user_id
    if node is None or (isinstance(node, cst.SimpleString) and not node.evaluated_value):
        return None
    if not isinstance(node, _COPYABLE):
        reason = "user_correlation_id is computed in the call; assign it to a variable first"
        raise Unsure(node, reason)
    uuid = prelude.module("uuid")
    made = prelude.context_class()
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        if not isinstance(text, str) or not text.isprintable() or set(text) & set("{}\"'\\"):
            raise Unsure(node, "user_correlation_id holds special characters")
        return f'{made}(id=f"{text}-{{{uuid}.uuid4()}}")'
    name = node.value
    return f'{made}(id=f"{{{name}}}-{{{uuid}.uuid4()}}" if {name} != "" else None)'
