"""YAML as people write it, in the order it was made."""

from __future__ import annotations

from typing import Any

import yaml

from mdc_core.errors import StoreError


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, and repeats what is there twice."""

    def increase_indent(
        self,
        flow: bool = False,
        indentless: bool = False,  # noqa: ARG002  # the emitter gives it by name
    ) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, _: Any) -> bool:
        return True


def dump(content: dict[str, Any]) -> str:
    """Return YAML, every line whole."""
    text: str = yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    return text


def load(text: str, path: str) -> Any:
    """Return what YAML says.

    Args:
        text: the YAML.
        path: where it comes from, named in errors.

    Raises:
        StoreError: it is no YAML.
    """
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day 99; lists in lists
        raise StoreError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
