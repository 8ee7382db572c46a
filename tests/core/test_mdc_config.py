"""The new SDK's variables and config file: who is collected, and how much of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.errors import SettingsError
from mdc_core.mdc_config import (
    CollectionRules,
    CollectionSetting,
    parse_flag,
    read_collection_rules,
)

ON = {"enabled": True}


def _of_file(tmp_path: Path, config: object) -> CollectionRules:
    file = tmp_path / "mdc.json"
    file.write_text(config if isinstance(config, str) else json.dumps(config), encoding="utf-8")
    return read_collection_rules({"AZUREML_MDC_CONFIG_PATH": str(file)})


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), (False, False), ("true", True), (" TRUE ", True), ("False", False), ("", False)],
)
def test_flags_are_true_or_false(value: object, truth: bool) -> None:
    """In any case, with spaces around, and empty for false."""
    assert parse_flag(value, "X") is truth


@pytest.mark.parametrize("value", ["yes", "1", "on", 1, None, "tru e"])
def test_other_flags_are_refused(value: object) -> None:
    """What could be meant either way is an error that names the setting and what is valid."""
    with pytest.raises(SettingsError, match=r"^X is .*; valid: true, false$"):
        parse_flag(value, "X")


@pytest.mark.parametrize(
    ("environ", "asked", "enabled", "percentage", "local"),
    [
        ({}, None, True, 100, False),
        ({"AZUREML_MDC_ENABLED": "true"}, True, True, 100, False),
        ({"AZUREML_MDC_ENABLED": "false"}, False, False, 100, False),
        ({"AZUREML_MDC_ENABLED": ""}, False, False, 100, False),
        ({"AZUREML_MDC_SAMPLE_RATE": "12.5"}, None, True, 12.5, False),
        ({"AZUREML_MDC_SAMPLE_RATE": " 0 "}, None, True, 0, False),
        ({"AZUREML_MDC_SAMPLE_RATE": ""}, None, True, 100, False),
        ({"AZUREML_MDC_LOCAL_CAPTURE": "true"}, None, True, 100, True),
        ({"AZUREML_MDC_CONFIG_PATH": ""}, None, True, 100, False),
    ],
)
def test_variables_alone_are_for_all_collections(
    environ: dict[str, str], asked: Any, enabled: bool, percentage: float, local: bool
) -> None:
    """Without a file every collection has the one rule of the variables."""
    rules = read_collection_rules(environ)
    assert (rules.asked, rules.local_capture) == (asked, local)
    assert rules.of("any") == CollectionSetting(enabled, percentage)


@pytest.mark.parametrize("value", ["-1", "100.5", "nan", "inf", "half", "50%"])
def test_other_rates_are_refused(value: str) -> None:
    """The message names the variable, the value and the range."""
    with pytest.raises(SettingsError) as caught:
        read_collection_rules({"AZUREML_MDC_SAMPLE_RATE": value})
    assert str(caught.value) == (
        f"AZUREML_MDC_SAMPLE_RATE is {value!r}; valid: a number from 0 to 100"
    )


@pytest.mark.parametrize("variable", ["AZUREML_MDC_ENABLED", "AZUREML_MDC_LOCAL_CAPTURE"])
def test_faults_name_their_variable(variable: str) -> None:
    """An invalid flag is reported under its own name."""
    with pytest.raises(SettingsError, match=f"^{variable} is 'perhaps'"):
        read_collection_rules({variable: "perhaps"})


@pytest.mark.parametrize("name", ["model_inputs", "MODEL_INPUTS", "Model_Inputs"])
def test_listed_collections_have_their_own_rules(name: str, tmp_path: Path) -> None:
    """Names are compared in lower case, in the file and in the script."""
    rules = _of_file(
        tmp_path,
        {"collections": {"Model_inputs": {"enabled": "true", "sampleRatePercentage": 50}}},
    )
    assert rules.of(name) == CollectionSetting(True, 50)
    assert not rules.of("model_outputs").enabled
    assert rules.asked is True


@pytest.mark.parametrize(
    ("entry", "percentage"),
    [
        (ON, 100),
        ({**ON, "sampleRatePercentage": 1.5}, 1.5),
        ({**ON, "sampling_percentage": 25}, 25),
        ({**ON, "sampling_percentage": "25"}, 25),
        ({**ON, "sampleRatePercentage": 0, "sampling_percentage": 25}, 0),
    ],
)
def test_rates_have_two_spellings(entry: Any, percentage: float, tmp_path: Path) -> None:
    """That of the SDK, and that of the files which `azure-ai-ml` writes."""
    assert _of_file(tmp_path, {"collections": {"a": entry}}).of("a").percentage == percentage


@pytest.mark.parametrize(
    ("collections", "asked"),
    [
        ({}, False),
        ({"a": {}}, False),
        ({"a": {"enabled": False}}, False),
        ({"request": ON, "response": ON}, False),
        ({"Request": ON}, False),
        ({"request": ON, "a": ON}, True),
    ],
)
def test_payloads_alone_do_not_ask(collections: Any, asked: bool, tmp_path: Path) -> None:
    """`request` and `response` are logged by the server, not by scripts."""
    assert _of_file(tmp_path, {"collections": collections}).asked is asked


@pytest.mark.parametrize(("mode", "local"), [("local", True), ("cloud", False), (None, False)])
def test_the_run_mode_chooses_local_capture(mode: Any, local: bool, tmp_path: Path) -> None:
    """`runMode: local` logs in place of sending."""
    config = {"collections": {"a": ON}, **({"runMode": mode} if mode else {})}
    assert _of_file(tmp_path, config).local_capture is local


def test_a_file_decides_alone(tmp_path: Path) -> None:
    """Variables that contradict the file are not read."""
    file = tmp_path / "mdc.json"
    file.write_text('{"collections": {"a": {"enabled": true}}, "captureHeaders": ["x-tenant"]}')
    rules = read_collection_rules(
        {
            "AZUREML_MDC_CONFIG_PATH": str(file),
            "AZUREML_MDC_ENABLED": "false",
            "AZUREML_MDC_SAMPLE_RATE": "nonsense",
            "AZUREML_MDC_LOCAL_CAPTURE": "true",
        }
    )
    assert rules.of("a") == CollectionSetting(True, 100)
    assert not rules.local_capture


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("", "is not valid JSON"),
        ("{", "is not valid JSON"),
        ([], "must hold an object"),
        ({"collections": []}, "must hold an object"),
        ({"collections": {"a": True}}, "collection 'a' must be an object"),
        (
            {"collections": {"a": {"enabled": "yes"}}},
            "collection 'a', enabled is 'yes'; valid: true",
        ),
        (
            {"collections": {"a": {**ON, "sampleRatePercentage": 101}}},
            "collection 'a', sampleRatePercentage is 101; valid: a number from 0 to 100",
        ),
        (
            {"collections": {"a": {**ON, "sampleRatePercentage": True}}},
            "sampleRatePercentage is True; valid",
        ),
        ('{"collections": {"a": {"enabled": true, "sampleRatePercentage": NaN}}}', "is nan; valid"),
    ],
)
def test_faults_in_the_file_are_found(config: Any, message: str, tmp_path: Path) -> None:
    """The message names the variable, the file, the place and what is valid there."""
    with pytest.raises(SettingsError) as caught:
        _of_file(tmp_path, config)
    assert str(caught.value).startswith(f"AZUREML_MDC_CONFIG_PATH ({tmp_path / 'mdc.json'})")
    assert message in str(caught.value)


@pytest.mark.parametrize("levels", [900, 5000, 100_000])
@pytest.mark.parametrize(
    "config", ["%s", '{"collections": %s}', '{"collections": {"a": {"enabled": %s}}}']
)
def test_a_file_nested_too_deeply_is_a_settings_error(
    config: str, levels: int, tmp_path: Path
) -> None:
    """Wherever in it, and whether or not Python can still read it."""
    file = tmp_path / "mdc.json"
    file.write_text(config % ("[" * levels + "]" * levels))
    with pytest.raises(SettingsError) as caught:
        read_collection_rules({"AZUREML_MDC_CONFIG_PATH": str(file)})
    assert str(caught.value).startswith("AZUREML_MDC_CONFIG_PATH")
    assert len(str(caught.value)) < 500


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are a fault of the file, not of the program."""
    file = tmp_path / "mdc.json"
    file.write_bytes(b"\xff\xfe{}")
    with pytest.raises(SettingsError, match="is not valid JSON"):
        read_collection_rules({"AZUREML_MDC_CONFIG_PATH": str(file)})


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    """The message says why."""
    path = tmp_path / name
    with pytest.raises(SettingsError, match=r"cannot be read: (No such file|Is a directory)"):
        read_collection_rules({"AZUREML_MDC_CONFIG_PATH": str(path)})


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
CONFIGS = (
    JSON
    | st.fixed_dictionaries({"collections": JSON})
    | st.fixed_dictionaries(
        {"collections": st.dictionaries(st.text(), st.fixed_dictionaries({"enabled": JSON}))}
    )
)


@given(CONFIGS)
def test_any_json_is_rules_or_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, config: Any
) -> None:
    """No other exception comes from a file, whatever is in it."""
    try:
        made = str(_of_file(tmp_path_factory.getbasetemp(), json.dumps(config)))
    except SettingsError as error:
        made = str(error)
    assert made.startswith(("CollectionRules(", "AZUREML_MDC_CONFIG_PATH ("))
