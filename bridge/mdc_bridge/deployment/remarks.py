"""Remarks about a new deployment: what is missing, lost or different."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Any

from mdc_core.redaction import redact

from ..texts import printable
from .seen import Call, Members, Name, ResultPart, Returning, Unknown

FILL_IN = "FILL_IN"

# The login in a URL, unless a variable holds it. A name without a password is a token only with
# HTTP. Passwords may have characters that a URL should escape.
_LOGIN = re.compile(
    r"""(?x)
    ( (?i:https?):// | :// (?= [^/@\s:\[]* : ) )
    (?! (?: [^/@\s:]* : )? \$ (?: \{\w+\} | [A-Z][A-Z0-9_]* ) @ )
    (?: [^/?\#\s]+ | [^/@\s:\[]* : (?! \d{1,5}[/?\#,] ) [^@\s]{1,1000} ) @
    """
)


class Kind(str, enum.Enum):
    """What a remark is about; the first two leave work to do."""

    VALUE = "needs a value"
    LOST = "no counterpart"
    CHANGED = "changed"


@dataclass(frozen=True)
class Remark:
    """One thing to know about the new deployment.

    Attributes:
        kind: of the remark.
        key: of the new files where a value is missing or changed, of the old deployment where
            there is no counterpart.
        text: what is so.
    """

    kind: Kind
    key: str
    text: str


class Remarks:
    """Collects remarks while a deployment is made; secrets in them are masked."""

    def __init__(self) -> None:
        self.all: list[Remark] = []

    def needs_value(self, key: str, text: str) -> None:
        """Remark that the new files lack a value."""
        self._add(Kind.VALUE, key, text)

    def lost(self, key: str, text: str) -> None:
        """Remark that something of the old deployment has no counterpart."""
        self._add(Kind.LOST, key, text)

    def changed(self, key: str, text: str) -> None:
        """Remark that something is different now."""
        self._add(Kind.CHANGED, key, text)

    def known(self, key: str, value: Any, placeholder: Any = FILL_IN) -> Any:
        """Return a value, or a placeholder and a remark where only running the code would tell.

        Args:
            key: where the value is to stand.
            value: from the old deployment.
            placeholder: of a kind that the place takes.
        """
        if not is_unknown(value):
            return value
        self.needs_value(key, f"is {described(value)} in the code, which is not a constant")
        return placeholder

    def _add(self, kind: Kind, key: str, text: str) -> None:
        # A control character in a comment is not valid YAML.
        remark = Remark(kind, printable(key), printable(without_secrets(text)))
        if remark not in self.all:
            self.all.append(remark)


def without_secrets(text: str) -> str:
    """Return a text without keys, signatures, tokens, and logins in URLs."""
    return redact(_LOGIN.sub(rf"\1{FILL_IN}@", text))


def is_unknown(value: Any) -> bool:
    """Return whether some of a value is known to the running code only."""
    if isinstance(value, dict):
        return any(map(is_unknown, [*value, *value.values()]))
    if isinstance(value, (list, tuple)):
        return any(map(is_unknown, value))
    return isinstance(value, (Unknown, Call, Members, Name, ResultPart, Returning))


def described(value: Any) -> str:
    """Return a value for people."""
    if isinstance(value, Call):
        return f"{value.maker.lstrip('.')}(...) ({value.place})"
    if isinstance(value, (Members, Returning)):
        return "an expression in the code"
    if isinstance(value, Name):
        return value.dotted
    if isinstance(value, ResultPart):
        return f"{value.path} of {described(value.of)}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={described(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(described, value))
    return str(value)
