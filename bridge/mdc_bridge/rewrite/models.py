"""The collectors of one model, which are rewritten together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import libcst as cst

from ..scripts.old_names import OLD_CLASS
from .call_sites import read_sites
from .collectors import HeldCollector
from .collects import collect_edits
from .constructions import OldCall
from .contexts import ENTRY, read_flow
from .edits import WIDTH, Edit, deeper, lines_before
from .frames import columns_of, quoted
from .imports import NEW_CLASS
from .prelude import Prelude
from .results import Change, Unsure
from .script import Script
from .spark_data import check_no_spark_data


@dataclass(frozen=True)
class ModelEdits:
    """How the collectors of a model are rewritten.

    Attributes:
        edits: of the text.
        changes: as they are printed.
        has_context: whether a `collect` takes a context.
    """

    edits: list[Edit]
    changes: list[Change]
    has_context: bool


def plan_model(
    script: Script,
    prelude: Prelude,
    collectors: list[HeldCollector],
    new_class: Optional[str],
    used_elsewhere: frozenset[str] = frozenset(),
) -> ModelEdits:
    """Return how the collectors of a model are rewritten.

    Args:
        script: the script.
        prelude: for what the code needs.
        collectors: all of the model.
        new_class: the name of the new class, None where the import renames the old one.
        used_elsewhere: the variables whose collectors another file uses, which is rewritten too.

    Raises:
        Unsure: one of them cannot be rewritten with certainty, so none is.
    """
    sites, added, correlations = read_sites(script, collectors)
    check_no_spark_data(script, sites)
    flow = read_flow(script, sites, correlations)
    for held in collectors:
        is_used = held.collects or held.name in used_elsewhere or held.imported_by is not None
        if not is_used and not is_entry_script(script):
            raise Unsure(held.made.call, f"{held.name} is made here but not used here")
    edits: list[Edit] = []
    changes = []
    columns = {}
    for held in collectors:
        columns[held.name], more = columns_of(script, prelude, held)
        edits += more
        for made in held.constructions if held.imported_by is None else ():
            edits += _construction_edits(script, prelude, made, new_class)
            edits += _comment_edits(script, held, made)
            what = f"{held.name} collects to {made.collection}"
            changes.append(Change(script.line(script.start(made.call)), what))
    edits += collect_edits(script, prelude, sites, flow, columns)
    edits += [addition.edit(script) for addition in added]
    for site in sites:
        what = f"{site.collector.name}.collect takes a DataFrame"
        if site in flow.follows:
            what += " and the context of the inputs"
        changes.append(Change(script.line(script.start(site.call)), what))
    return ModelEdits(edits, changes, bool(flow.follows))


def is_entry_script(script: Script) -> bool:
    """Return whether a server loads the script: what it makes is used nowhere else."""
    functions = {
        statement.name.value
        for statement in script.module.body
        if isinstance(statement, cst.FunctionDef)
    }
    return {"init", ENTRY} <= functions


def _construction_edits(
    script: Script, prelude: Prelude, made: OldCall, new_class: Optional[str]
) -> list[Edit]:
    call = made.call
    logger = f"{prelude.module('logging')}.getLogger(__name__).warning"
    name = quoted(made.collection)
    after_name = script.content[script.end(call.func) : script.end(call)].decode()
    if '"' not in after_name and "'" in after_name:
        name = repr(made.collection)
    indent = script.before(script.start(script.statement(call)))
    called = new_class or script.code(call.func).replace(OLD_CLASS, NEW_CLASS)
    before = len(script.before(script.start(call))) + len(called)
    arguments = f"(name={name}, on_error={logger})"
    if before + len(arguments) > WIDTH and not indent.strip():
        arguments = f"(\n{deeper(indent)}{arguments[1:-1]}\n{indent})"
    edits = [Edit(script.end(call.func), script.end(call), arguments)]
    if new_class is not None:
        edits.append(Edit(*script.extent(call.func), new_class))
    return edits


def _comment_edits(script: Script, held: HeldCollector, made: OldCall) -> list[Edit]:
    """Return the edits that put comments between the arguments above the statement."""
    line = script.above(made.call, cst.SimpleStatementLine)
    comments = [
        comment.value
        for comment in script.every(cst.Comment)
        if script.start(made.call) < script.start(comment) < script.end(made.call)
        and not (held.collects and made.names_node in list(script.ancestors(comment)))
    ]
    if line is None or not comments:
        return []
    return [lines_before(script, line, *comments)]
