"""The facts about a program: a script, or the cells of a notebook that share variables."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .combining import holds_collectors
from .databricks import MAGIC
from .embedded import scripts_in_strings
from .facts import Facts, Mention
from .installs import environments_in_code, environments_in_magics
from .old_names import OLD_PACKAGE
from .parsing import parse
from .sources import Source, UnreadableScript
from .statements import walk
from .tables import Exports, Look, Tables
from .values import Value

# Every fact begins with one of these; most files of a repository hold none.
_RELEVANT = re.compile(
    r"azureml|ModelDataCollector|mdc[_-]bridge|sklearn|inference_schema|collect_model_data"
    r"|enable_data_collection|\bCollector\(name="
)
_NO_OTHERS: Exports = {}
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
    program: Sequence[Source], others: Exports = _NO_OTHERS
) -> tuple[Facts, list[UnreadableScript]]:
    """Return the facts about a program, and those of its sources that are not Python.

    Args:
        program: sources in the order they run in; the others count when one cannot be parsed.
        others: variables of other modules by the last part of their names, which hold collectors.
    """
    facts, _, unreadable = _analysed(program, others)
    return facts, unreadable


def exports_of(program: Sequence[Source], others: Exports) -> dict[str, Value]:
    """Return the global variables of a program that hold collectors; see `analyse`."""
    _, variables, _ = _analysed(program, others)
    return {name: value for name, value in variables.items() if holds_collectors(value)}


def _analysed(
    program: Sequence[Source], others: Exports
) -> tuple[Facts, Mapping[str, Value], list[UnreadableScript]]:
    """Return facts, global variables, and what is not Python."""
    trees: list[tuple[Source, ast.Module]] = []
    unreadable: list[UnreadableScript] = []
    for source in program:
        tree = parse(source)
        if isinstance(tree, UnreadableScript):
            unreadable.append(tree)
        else:
            trees.append((source, tree))
    if not any(_is_relevant(source, others) for source, _ in trees):
        return Facts(), {}, unreadable
    tables = Tables(others)
    try:
        facts = _facts(trees, tables)
    except RecursionError:
        first = trees[0][0]
        reason = "is nested too deeply to be analysed"
        unreadable.append(UnreadableScript(first.path, reason, None, first.cell))
        return Facts(), {}, unreadable
    facts.environments.extend(environments_in_code(facts.named_calls))
    for source, _ in trees:
        facts.mentions.extend(_mentions_in_magics(source))
        facts.environments.extend(environments_in_magics(source))
        facts.comments.extend(_comments(source))
    return facts, tables.globals, unreadable


def _is_relevant(source: Source, others: Exports) -> bool:
    if _RELEVANT.search(source.text) or source.magics:
        return True
    return any(name in source.text for name in others)


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
        facts.unfollowed.extend(unread)
    return found, facts


def _mentions_in_magics(source: Source) -> Iterator[Mention]:
    for line, magic in source.magics.items():
        if OLD_PACKAGE in magic:
            place = source.place(line, magic.index(OLD_PACKAGE), len(OLD_PACKAGE))
            yield Mention(magic.strip(), place)


def _comments(source: Source) -> list[Mention]:
    """Return the comments that name this project, in full."""
    found: list[Mention] = []
    if _OUR_NAME not in source.text:
        return found
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
            is_ours = token.type == tokenize.COMMENT and _OUR_NAME in token.string
            if is_ours and not token.string.startswith(MAGIC):  # those are in cells of their own
                place = source.place(*token.start, len(token.string))
                found.append(Mention(token.string, place))
    except (tokenize.TokenError, SyntaxError, ValueError):
        # What the parser has accepted the tokenizer may still refuse, at the end of the text.
        return found
    return found
