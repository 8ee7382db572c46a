"""YAML as people write it: read with a bound on its aliases, written with keys in their order."""

from __future__ import annotations

from typing import Any

import yaml

from mdc_core.errors import StoreError

# Values that a file may hold once its aliases are unfolded; 400 bytes of them can say 10 ** 9.
_MOST_VALUES = 1_000_000


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, repeats what occurs twice, and quotes what it would otherwise
    write as a line break that it does not read back.
    """

    def increase_indent(
        self,
        flow: bool = False,
        indentless: bool = False,  # noqa: ARG002  # the emitter gives it by name
    ) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(content: dict[str, Any], width: int = 10_000) -> str:
    """Return YAML, keys in their order.

    Args:
        content: to write.
        width: at which long texts go on in the next line; by default every line is whole.
    """
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width)
    return text


def load(text: str, path: str) -> Any:
    """Return what YAML says.

    Args:
        text: the YAML.
        path: where it comes from, named in errors.

    Raises:
        StoreError: it is not valid YAML, or its aliases unfold to more than a million values.
    """
    try:
        value = yaml.safe_load(text)
        if _values(value, {}) > _MOST_VALUES:
            raise StoreError(f"{path}: its aliases unfold to more than {_MOST_VALUES:,} values")
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day 99; lists in lists
        raise StoreError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    return value


def _values(value: Any, counted: dict[int, int]) -> int:
    """Return how many values one holds with its aliases unfolded; too many if it holds itself."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in counted:
        counted[id(value)] = _MOST_VALUES + 1  # until it is counted: a value that holds itself
        held = value.values() if isinstance(value, dict) else value
        counted[id(value)] = 1 + sum(_values(each, counted) for each in held)
    return counted[id(value)]
