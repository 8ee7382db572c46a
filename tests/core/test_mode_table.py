"""What is switched on by which variables: design document, section Modes, as a table."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Optional

import pytest

from mdc_core.settings import Settings
from mdc_core.storage import Folder

NEW = Folder(Path("/new"))
OLD = Folder(Path("/old"))

# AML_MODEL_DC_STORAGE_ENABLED, AZUREML_MDC_ENABLED, MDC_STORAGE -> CSV, JSONL, new SDK
AUTO: dict[tuple[bool, Optional[bool], bool], tuple[bool, bool, bool]] = {
    (False, None, False): (False, False, False),
    (False, None, True): (False, True, True),
    (False, True, False): (False, True, True),
    (False, True, True): (False, True, True),
    (False, False, False): (False, False, False),
    (False, False, True): (False, False, False),
    (True, None, False): (True, False, False),
    (True, None, True): (True, False, True),
    (True, True, False): (True, True, True),
    (True, True, True): (True, True, True),
    (True, False, False): (True, False, False),
    (True, False, True): (True, False, False),
}
MODES = {"legacy": (True, False), "dual": (True, True), "modern": (False, True)}


def _environ(mode: str, legacy: bool, modern: Optional[bool], storage: bool) -> dict[str, str]:
    environ = {"MDC_BRIDGE_MODE": mode}
    if legacy:
        environ["AML_MODEL_DC_STORAGE_ENABLED"] = "true"
    if modern is not None:
        environ["AZUREML_MDC_ENABLED"] = str(modern).lower()
    if storage:
        environ["MDC_STORAGE"] = "/new"
    return environ


@pytest.mark.parametrize("mode", ["auto", ""])
@pytest.mark.parametrize("asked", AUTO)
def test_auto_follows_the_variables(mode: str, asked: tuple[bool, Optional[bool], bool]) -> None:
    """CSV when the old variables ask, JSONL when the new ones do; `MDC_STORAGE` alone: JSONL."""
    settings = Settings.from_environ(_environ(mode, *asked))
    assert (settings.csv, settings.jsonl, settings.collector) == AUTO[asked]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "asked", itertools.product([False, True], [None, True, False], [False, True])
)
def test_other_modes_decide_for_legacy_calls(
    mode: str, asked: tuple[bool, Optional[bool], bool]
) -> None:
    """A mode that is set overrides what the variables ask."""
    settings = Settings.from_environ(_environ(mode, *asked))
    assert (settings.csv, settings.jsonl) == MODES[mode]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("storage", [False, True])
@pytest.mark.parametrize("legacy", [False, True])
def test_the_new_sdk_is_on_unless_it_is_refused(mode: str, storage: bool, legacy: bool) -> None:
    """Its own variable decides; without it, a destination or a mode with JSONL switches it on."""
    on, off, silent = (
        Settings.from_environ(_environ(mode, legacy, modern, storage)).collector
        for modern in (True, False, None)
    )
    assert (on, off, silent) == (True, False, storage or mode != "legacy")


@pytest.mark.parametrize("value", ["True", " true ", "TRUE"])
def test_the_old_switch_is_true_in_any_case(value: str) -> None:
    """As the original read it."""
    assert Settings.from_environ({"AML_MODEL_DC_STORAGE_ENABLED": value}).csv


@pytest.mark.parametrize("value", ["", "1", "yes", "false"])
def test_the_old_switch_is_off_with_any_other_value(value: str) -> None:
    """The original asked for `true` and nothing else."""
    assert not Settings.from_environ({"AML_MODEL_DC_STORAGE_ENABLED": value}).csv


@pytest.mark.parametrize(
    ("mode", "old", "new", "rows", "lines"),
    [
        ("auto", True, True, OLD, NEW),
        ("auto", True, False, OLD, None),
        ("auto", False, True, NEW, NEW),
        ("auto", False, False, None, None),
        ("dual", True, True, OLD, NEW),
        ("dual", True, False, OLD, OLD),
        ("dual", False, True, NEW, NEW),
        ("modern", True, False, OLD, OLD),
        ("legacy", False, True, NEW, NEW),
    ],
)
def test_rows_and_lines_have_these_destinations(
    mode: str, old: bool, new: bool, rows: Optional[Folder], lines: Optional[Folder]
) -> None:
    """Each variable is for its own kind; a mode that needs both makes do with one."""
    environ = {"MDC_BRIDGE_MODE": mode}
    if old:
        environ["AML_MODEL_DC_STORAGE"] = "/old"
    if new:
        environ["MDC_STORAGE"] = "/new"
    settings = Settings.from_environ(environ)
    assert (settings.csv_storage, settings.jsonl_storage) == (rows, lines)


def test_the_old_storage_does_not_take_lines_from_the_collector() -> None:
    """On an endpoint whose variables ask, lines go to Azure's collector and not to old storage."""
    settings = Settings.from_environ(
        {
            "MDC_BRIDGE_MODE": "dual",
            "AML_MODEL_DC_STORAGE": "/old",
            "AZUREML_MDC_ENABLED": "true",
        }
    )
    assert (settings.csv_storage, settings.jsonl_storage) == (OLD, None)


@pytest.mark.parametrize("enabled", [True, False])
def test_a_config_file_asks_as_the_variable_does(enabled: bool, tmp_path: Path) -> None:
    """What the file enables is what the new variables ask for."""
    file = tmp_path / "mdc.json"
    file.write_text(f'{{"collections": {{"model_inputs": {{"enabled": {str(enabled).lower()}}}}}}}')
    settings = Settings.from_environ({"AZUREML_MDC_CONFIG_PATH": str(file), "MDC_STORAGE": "/new"})
    assert (settings.jsonl, settings.collector) == (enabled, enabled)
