"""`ModelDataCollector(...)` becomes `Collector(name=..., on_error=...)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import libcst as cst

from mdc_core.data.column_names import unique_names
from mdc_core.designations import DEFAULT, GENERAL, INPUTS, NAMED_BY_COLLECTION, collection_of

from ..scripts.old_names import COLLECTOR_PARAMETERS, OLD_PARAMETER, UNUSED_PARAMETERS
from .bindings import is_none, resolved, text_of
from .results import Unsure
from .script import Script

_HARMLESS_CALLS = frozenset(
    {"os.getenv", "os.environ.get", "getenv", "environ.get", "str", "int", "dict", "len"}
    | {"Path", "PurePath", "pathlib.Path", "pathlib.PurePath"}
    | {"os.path.basename", "os.path.dirname", "os.path.join", "os.path.splitext"}
)
# Methods of texts, dicts and settings; methods of these names are harmless elsewhere, too.
_HARMLESS_METHODS = frozenset(
    {"capitalize", "format", "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix"}
    | {"replace", "rpartition", "rsplit", "rstrip", "split", "strip", "title", "upper"}
)
_READS_SETTING = frozenset({"get", "getint", "__getitem__"})
# Read once by the constructor, empty for every `collect` after it.
_ITERATORS = frozenset({"map", "filter", "zip", "iter", "reversed"})


@dataclass(frozen=True)
class OldCall:
    """One call of the old class.

    Attributes:
        call: the call.
        model: text that is equal for equal models.
        model_is_text: whether the model's name is known, not only where it comes from.
        designation: the folder of the old SDK.
        collection: of the new SDK.
        names: the feature names, None where only a running script knows them.
        names_node: the expression that was given for them, None without one.
    """

    call: cst.Call
    model: str
    model_is_text: bool
    designation: str
    collection: str
    names: Optional[tuple[str, ...]]
    names_node: Optional[cst.BaseExpression]

    @property
    def meaning(self) -> tuple[object, ...]:
        """What is equal for constructions of the same collector."""
        return self.model, self.designation, self.collection, self.names

    @property
    def is_inputs(self) -> bool:
        """Whether the outputs of a request take its correlation."""
        return self.designation == INPUTS


def read_construction(script: Script, call: cst.Call) -> OldCall:
    """Return what a call of the old class says.

    Raises:
        Unsure: what it says is known to the running script only, or makes no sense.
    """
    given = _arguments(call)
    model = given.get("model_name")
    if model is None:
        raise Unsure(call, "the collector is made without a model name, which never worked")
    model_text = text_of(script, model)
    designation = _known_text(script, given, "designation", DEFAULT)
    identifier = _known_text(script, given, OLD_PARAMETER, designation)
    if designation not in (DEFAULT, identifier):
        raise Unsure(call, "designation and identifier differ")
    designation = GENERAL if identifier == DEFAULT else identifier
    named = DEFAULT
    if designation in NAMED_BY_COLLECTION:
        named = _known_text(script, given, "collection_name", DEFAULT) or DEFAULT
    collection = collection_of(designation, named, ())
    if not collection:
        raise Unsure(call, "the designation is empty")
    for name in ("workspace", "webservice_name", "model_version", "collection_name", "model_name"):
        if name in given and not _is_harmless(script, given[name]):
            raise Unsure(call, f"{name} is computed by code that would no longer run")
    names_node = given.get("feature_names")
    return OldCall(
        call,
        script.code(model) if model_text is None else repr(model_text or DEFAULT),
        model_text is not None,
        designation,
        collection,
        _names(script, names_node),
        None if is_none(names_node) else names_node,
    )


def _arguments(call: cst.Call) -> dict[str, cst.BaseExpression]:
    given: dict[str, cst.BaseExpression] = {}
    for position, argument in enumerate(call.args):
        if argument.star:
            raise Unsure(argument, "the collector's arguments are unpacked from a variable")
        if argument.keyword is not None:
            name = argument.keyword.value
        elif position < len(COLLECTOR_PARAMETERS):
            name = COLLECTOR_PARAMETERS[position]
        else:
            raise Unsure(argument, "the collector has too many arguments, which never worked")
        if name in UNUSED_PARAMETERS:
            continue
        if name in given or name not in (*COLLECTOR_PARAMETERS, OLD_PARAMETER):
            raise Unsure(argument, f"ModelDataCollector has no argument {name}, which never worked")
        given[name] = argument.value
    return given


def _known_text(
    script: Script, given: dict[str, cst.BaseExpression], name: str, default: str
) -> str:
    node = given.get(name)
    if node is None:
        return default
    text = text_of(script, node)
    if text is None:
        raise Unsure(node, f"the {name} is only known at run time")
    return text


def _is_harmless(script: Script, node: cst.BaseExpression) -> bool:
    """Return whether an expression can be removed: only its value is lost."""
    return not any(
        script.is_within(found, node)
        and not (isinstance(found, cst.Call) and _only_reads(script, found))
        for found in script.nodes
        if isinstance(found, (cst.Call, cst.NamedExpr, cst.Await, cst.Yield))
    )


def _only_reads(script: Script, call: cst.Call) -> bool:
    if script.code(call.func) in _HARMLESS_CALLS:
        return True
    if not isinstance(call.func, cst.Attribute):
        return False
    method = call.func.attr.value
    is_setting = method in _READS_SETTING and _is_of_settings(script, call)
    return method in _HARMLESS_METHODS or is_setting


def _is_of_settings(script: Script, call: cst.Call) -> bool:
    """Return whether `get` is of a dict or of settings: not of a module, as `requests.get` is."""
    root: cst.CSTNode = call.func
    while isinstance(root, (cst.Attribute, cst.Subscript)):
        root = root.value
    is_module = isinstance(root, cst.Name) and any(
        isinstance(script.above(found, cst.Import, cst.ImportFrom), cst.Import)
        for found in script.names.get(root.value, ())
    )
    first = call.args[0].value if call.args else None
    key = text_of(script, first)
    return not is_module and key is not None and "://" not in key


def _names(script: Script, node: Optional[cst.BaseExpression]) -> Optional[tuple[str, ...]]:
    if node is None or is_none(node):
        return ()
    value = resolved(script, node)
    text = text_of(script, value)
    if text is not None:
        return (text,)
    if isinstance(value, (cst.List, cst.Tuple)):
        names = [_name(script, element) for element in value.elements]
        if None not in names:
            return unique_names(names)
    is_iterator = isinstance(value, cst.Call) and script.code(value.func) in _ITERATORS
    if is_iterator or isinstance(value, cst.GeneratorExp):
        raise Unsure(node, "the feature names are an iterator that can be read only once")
    return None


def _name(script: Script, element: cst.BaseElement) -> Optional[str]:
    if isinstance(element, cst.StarredElement):
        return None
    value = element.value
    if isinstance(value, cst.Integer):
        return str(value.evaluated_value)
    return text_of(script, value)
