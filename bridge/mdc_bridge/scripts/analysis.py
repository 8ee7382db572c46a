"""The facts about a program: a script, or the cells of a notebook that share variables."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Union

from .combining import holds_collectors
from .embedded import scripts_in_strings
from .facts import Facts, Mention, Unfollowed
from .installs import environments_in_code, environments_in_magics
from .old_names import OLD_PACKAGE
from .parsing import parse
from .place import Place
from .sources import Source, UnreadableScript
from .statements import walk
from .tables import Look, Tables
from .values import Value

# Every fact begins with one of these; most files of a repository hold none.
_RELEVANT = re.compile(
    r"azureml|ModelDataCollector|mdc[_-]bridge|sklearn|inference_schema|collect_model_data"
    r"|enable_data_collection|\bCollector\(name="
)
_NOTHING: Mapping[str, Mapping[str, Value]] = {}
_OUR_NAME = "mdc-bridge"
_LOOKS = 4  # each knows what the one before it found; helpers of helpers need three


def programs(sources: Iterable[Source]) -> list[list[Source]]:
    """Return the sources grouped by what runs together.

    The cells of a notebook share their variables; a cell that writes a file makes a script
    together with those that add to it.
    """
    groups: dict[object, list[Source]] = {}
    written: Counter[object] = Counter()
    for source in sources:
        program = (source.path, source.written_to)
        written[program] += source.written_to is not None and not source.is_appended
        groups.setdefault((program, written[program]), []).append(source)
    return list(groups.values())


def analyse(
    program: Sequence[Source], others: Mapping[str, Mapping[str, Value]] = _NOTHING
) -> tuple[Facts, list[UnreadableScript]]:
    """Return the facts about a program, and those of its sources that are not Python.

    Args:
        program: sources in the order they run in; the others count when one cannot be parsed.
        others: variables of other modules by the last part of their names, which hold collectors.
    """
    trees: list[tuple[Source, ast.Module]] = []
    unreadable: list[UnreadableScript] = []
    for source in program:
        parsed: Union[ast.Module, UnreadableScript] = parse(source)
        if isinstance(parsed, UnreadableScript):
            unreadable.append(parsed)
        else:
            trees.append((source, parsed))
    if not any(_is_relevant(source, others) for source, _ in trees):
        return Facts(), unreadable
    try:
        facts = _facts(trees, Tables(others))
    except RecursionError:
        first = trees[0][0]
        reason = "is nested too deeply to be analysed"
        return Facts(), [*unreadable, UnreadableScript(first.path, reason, None, first.cell)]
    facts.environments.extend(environments_in_code(facts.named_calls))
    for source, _ in trees:
        facts.mentions.extend(_mentions_in_magics(source))
        facts.environments.extend(environments_in_magics(source))
        facts.comments.extend(_comments(source))
    return facts, unreadable


def _is_relevant(source: Source, others: Mapping[str, Mapping[str, Value]]) -> bool:
    if _RELEVANT.search(source.text) or source.magics:
        return True
    return any(name in source.text for name in others)


def exports_of(
    program: Sequence[Source], others: Mapping[str, Mapping[str, Value]]
) -> dict[str, Value]:
    """Return the global variables of a program that hold collectors; see `analyse`."""
    trees = [(source, tree) for source, tree in ((s, parse(s)) for s in program)]
    parsed = [(source, tree) for source, tree in trees if isinstance(tree, ast.Module)]
    if not any(_is_relevant(source, others) for source, _ in parsed):
        return {}
    tables = Tables(others)
    try:
        _facts(parsed, tables)
    except RecursionError:
        return {}
    return {name: value for name, value in tables.globals.items() if holds_collectors(value)}


def _facts(trees: Sequence[tuple[Source, ast.Module]], tables: Tables) -> Facts:
    tables.may_have_other_names = any(
        magic.lstrip().startswith("%run") for source, _ in trees for magic in source.magics.values()
    )
    facts = Facts()
    for _ in range(_LOOKS):
        look = Look(tables, trees[0][0])
        for source, tree in trees:
            look.enter(source)
            walk(look, tree.body)
        facts = look.facts
        if not tables.end_look():
            break
    return facts


def with_embedded(sources: Iterable[Source]) -> tuple[list[Source], Facts]:
    """Return sources with the scripts that their texts hold; and facts of texts that are none."""
    found: list[Source] = []
    facts = Facts()
    for source in sources:
        scripts, unread = scripts_in_strings(source)
        found += [source, *scripts]
        for line, reason in unread:
            place = Place(source.path, source.cell, line, 1 + source.indent, line, 2)
            facts.unfollowed.append(Unfollowed("text", reason, place))
    return found, facts


def _mentions_in_magics(source: Source) -> Iterable[Mention]:
    for position, magic in source.magics.items():
        if OLD_PACKAGE in magic:
            line = source.first_line + position - 1
            column = magic.index(OLD_PACKAGE) + 1 + source.indent
            end = column + len(OLD_PACKAGE)
            yield Mention(magic.strip(), Place(source.path, source.cell, line, column, line, end))


def _comments(source: Source) -> list[Mention]:
    """Return the comments that name this project, in full."""
    found: list[Mention] = []
    if _OUR_NAME not in source.text:
        return found
    shift = source.first_line - 1
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
            if token.type == tokenize.COMMENT and _OUR_NAME in token.string:
                line, column = token.start[0] + shift, token.start[1] + 1
                end = column + len(token.string)
                place = Place(source.path, source.cell, line, column, line, end)
                found.append(Mention(token.string, place))
    except (tokenize.TokenError, SyntaxError, ValueError):
        # What the parser has accepted the tokenizer may still refuse, at the end of the text.
        return found
    return found
