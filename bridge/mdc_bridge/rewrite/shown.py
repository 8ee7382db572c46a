"""Values that are only shown to people: printed, logged, or part of a text that is."""

from __future__ import annotations

import string
from typing import Optional

import libcst as cst

from .owners import is_read, same_variable
from .script import Script

_LOG_METHODS = frozenset({"print", "debug", "info", "warning", "error", "exception", "log"})
_TO_TEXT = frozenset({"str", "repr"})
_OF_TEXTS = frozenset({"json.dumps", "dumps", "ujson.dumps", "pprint.pformat", "pformat"})


def is_shown(script: Script, value: cst.BaseExpression) -> bool:
    """Return whether a value is only printed or logged, also by way of variables for the text."""
    if _showing_statement(script, value) is not None:
        return True
    text, is_text = _outermost_text(script, value)
    holder = script.parent(text)
    if not is_text or not isinstance(holder, cst.Assign) or len(holder.targets) != 1:
        return False
    target = holder.targets[0].target
    if not isinstance(target, cst.Name):
        return False
    return all(
        _showing_statement(script, found, is_text=True) is not None
        for found in same_variable(script, target)
        if is_read(script, found)
    )


def is_in_f_string(script: Script, value: cst.BaseExpression) -> bool:
    """Return whether an expression stands between the quotes of an f-string."""
    return script.above(value, cst.FormattedString) is not None


def _showing_statement(
    script: Script, value: cst.BaseExpression, is_text: bool = False
) -> Optional[cst.Expr]:
    """Return the statement that does nothing with a value but print or log it, else None."""
    shown, _ = _outermost_text(script, value, is_text)
    argument = script.parent(shown)
    call = script.parent(argument) if isinstance(argument, cst.Arg) else None
    statement = script.parent(call) if isinstance(call, cst.Call) else None
    if not isinstance(call, cst.Call) or not isinstance(statement, cst.Expr):
        return None
    if not isinstance(argument, cst.Arg) or argument.keyword or argument.star:
        return None
    called = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    is_logging = isinstance(called, cst.Name) and called.value in _LOG_METHODS
    takes_keys = any("%(" in script.code(other.value) for other in call.args if other != argument)
    return statement if is_logging and not takes_keys else None


def _outermost_text(
    script: Script, value: cst.BaseExpression, is_text: bool = False
) -> tuple[cst.BaseExpression, bool]:
    """Return the longest text that is only made of a value, and whether there is one.

    A dict or a list of such texts counts as one: it is shown as such, or by `json.dumps`.
    """
    while True:
        larger = _text_with(script, value, is_text)
        if larger is None:
            return value, is_text
        value, is_text = larger, True


def _text_with(
    script: Script, value: cst.BaseExpression, is_text: bool
) -> Optional[cst.BaseExpression]:
    """Return the expression that makes a text of a value, or a longer one of a text."""
    holder = script.parent(value)
    if isinstance(holder, cst.FormattedStringExpression):
        whole = script.parent(holder)
        plain = holder.expression is value and holder.format_spec is None
        return whole if plain and isinstance(whole, cst.FormattedString) else None
    if isinstance(holder, cst.ConcatenatedString):
        return holder
    if isinstance(holder, cst.BinaryOperation) and isinstance(holder.operator, cst.Add):
        return holder if is_text else None
    if isinstance(holder, cst.Arg) and not holder.star:
        return _call_with(script, holder, is_text)
    if is_text and isinstance(holder, cst.DictElement) and holder.value is value:
        whole = script.parent(holder)
        return whole if isinstance(whole, cst.Dict) else None
    if is_text and isinstance(holder, cst.Element):
        whole = script.parent(holder)
        if isinstance(whole, cst.List):
            return whole
    if isinstance(holder, cst.Element) and isinstance(script.parent(holder), cst.Tuple):
        value, holder = holder.value, script.parent(script.parent(holder))
    if (
        isinstance(holder, cst.BinaryOperation)
        and isinstance(holder.operator, cst.Modulo)
        and isinstance(holder.left, (cst.SimpleString, cst.ConcatenatedString))
        and holder.left is not value
        and "%(" not in script.code(holder.left)
    ):
        return holder
    return None


def _call_with(script: Script, argument: cst.Arg, is_text: bool) -> Optional[cst.Call]:
    """Return the call of `str`, `repr` or `format` that an argument is of, else None."""
    call = script.parent(argument)
    if not isinstance(call, cst.Call):
        return None
    if is_text and script.code(call.func) in _OF_TEXTS:
        return call if call.args[0] is argument else None
    if isinstance(call.func, cst.Name):
        is_alone = len(call.args) == 1 and argument.keyword is None
        return call if call.func.value in _TO_TEXT and is_alone else None
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "format":
        return None
    template = call.func.value
    if not isinstance(template, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    text = template.evaluated_value
    return call if isinstance(text, str) and _takes_whole_values(text) else None


def _takes_whole_values(template: str) -> bool:
    """Return whether `str.format` shows its arguments, not their items or attributes."""
    try:
        return not any(
            spec or "." in (name or "") or "[" in (name or "")
            for _, name, spec, _ in string.Formatter().parse(template)
        )
    except ValueError:
        return False
