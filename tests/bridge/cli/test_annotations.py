"""Commands keep their options where typer takes annotations as they stand (Python 3.9)."""

from __future__ import annotations

from typing import Annotated, Optional, get_args

from mdc_bridge.cli.app import evaluate_annotations


def test_annotations_become_types_and_nothing_else() -> None:
    def command(
        path: Annotated[Optional[str], "an argument"] = None,
        as_json: Annotated[bool, "--json"] = False,
    ) -> None:
        pass

    for _ in range(2):  # the second time they are types already
        evaluate_annotations(command)
        assert get_args(command.__annotations__["path"]) == (Optional[str], "an argument")
        assert get_args(command.__annotations__["as_json"]) == (bool, "--json")
