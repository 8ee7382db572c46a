"""`mdc-config.json`: read in both spellings, written for the SDK, refused where nothing is sent."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from mdc_agent.cli.app import run
from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.reading import read_deployment
from mdc_agent.sdk_config_file import sdk_config, variables, write_sdk_config
from mdc_core.errors import SettingsError
from mdc_core.mdc_config import read_collection_rules
from tests.modern.agent.running import Running

SCRIPT = r"""
import sys
import pandas
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.init import teardown

for name in sys.argv[1:]:
    try:
        Collector(name=name).collect(pandas.DataFrame({"a": [1, 2]}))
        told = f"{name} collected\n"
    except Exception as error:
        told = f"{name} {error}\n"
    # In one piece, on a stream of its own: in local mode a thread of the SDK prints to stdout.
    sys.stderr.write(told)
teardown(True)
"""


def collector(line: str) -> str:
    return f"name: blue\nendpoint_name: ep\ntype: kubernetes\ndata_collector:\n  {line}\n"


def deployed(rate: float = 1.0, **collections: bool) -> Deployment:
    each = tuple(DeployedCollection(name, on) for name, on in collections.items())
    return Deployment("ep", "blue", each, rate)


def collect(official: Path, config: Path, port: int, *names: str) -> list[str]:
    """Run the official SDK beside a config file; return what it says of each collector."""
    environ = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "AZUREML_MDC_CONFIG_PATH": str(config),
        "AZUREML_MDC_HOST": "127.0.0.1",
        "AZUREML_MDC_PORT": str(port),
    }
    ended = subprocess.run(
        [str(official), "-c", SCRIPT, *names],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environ,
    )
    assert ended.returncode == 0, ended.stderr
    return [line for line in ended.stderr.splitlines() if line.split(" ")[0] in names]


@pytest.mark.newest_only
def test_the_official_sdk_follows_what_is_written(official: Path, tmp_path: Path) -> None:
    """Through a real receiver: what is enabled arrives, all else is refused by the SDK itself."""
    config = tmp_path / "mdc-config.json"
    write_sdk_config(deployed(model_inputs=True, model_outputs=False, request=True), config)
    running = Running(tmp_path)
    try:
        said = collect(official, config, running.port, "model_inputs", "model_outputs", "other")
    finally:
        running.close()
    assert said[0] == "model_inputs collected"
    assert said[1:] == [
        f"{name} collection {name} is not enabled, drop the data"
        for name in ("model_outputs", "other")
    ]
    (line,) = running.lines()
    assert line["data"] == [{"a": 1}, {"a": 2}]


@pytest.mark.newest_only
def test_the_official_sdk_and_what_we_warn_of(official: Path, tmp_path: Path) -> None:
    """Names with capitals, a rate of 0, local mode, payload collections alone: nothing arrives."""
    files = {
        "Model_Inputs": sdk_config(deployed(Model_Inputs=True)),
        "model_inputs": sdk_config(deployed(0.0, model_inputs=True)),
        "model_outputs": {"runMode": "local", "collections": {"model_outputs": {"enabled": True}}},
        "request": sdk_config(deployed(request=True)),
    }
    running = Running(tmp_path)
    try:
        said = []
        for name, content in files.items():
            (tmp_path / name).write_text(json.dumps(content))
            said += collect(official, tmp_path / name, running.port, name)
    finally:
        running.close()
    assert said[0] == "Model_Inputs collection Model_Inputs is not enabled, drop the data"
    assert said[1:3] == ["model_inputs collected", "model_outputs collected"]
    assert said[3].startswith("request custom logging is not enabled")
    assert running.lines() == []


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.07, 0.125, 0.29, 0.5, 0.57, 1.0])
def test_both_sdks_are_told_the_same(tmp_path: Path, rate: float) -> None:
    """Our own SDK reads it too; percentages are as exact as the share."""
    config = tmp_path / "new" / "mdc-config.json"
    write_sdk_config(deployed(rate, Model_Inputs=True, off=False), config)
    rules = read_collection_rules({"AZUREML_MDC_CONFIG_PATH": str(config)})
    assert rules.of("model_inputs").enabled
    assert rules.of("model_inputs").percentage == pytest.approx(rate * 100, abs=1e-9)
    assert not rules.of("off").enabled
    assert stat.S_IMODE(config.stat().st_mode) & 0o044 == 0o044
    assert [each.name for each in config.parent.iterdir()] == [config.name]


def test_names_that_differ_in_case_are_those_of_the_agent() -> None:
    """The first of them decides, as everywhere."""
    config = sdk_config(deployed(model_inputs=False, Model_Inputs=True))
    assert config["collections"] == {}


def test_a_file_of_local_mode_is_left_alone(tmp_path: Path) -> None:
    """Its writer wants nothing sent: it is neither overwritten nor served beside."""
    config = tmp_path / "mdc-config.json"
    config.write_text('{"runMode": "local"}')
    with pytest.raises(SettingsError, match=r'runMode is "local".*nothing would arrive'):
        write_sdk_config(deployed(a=True), config)
    assert config.read_text() == '{"runMode": "local"}'


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "x", tmp_path):
        with pytest.raises(SettingsError, match="cannot be written"):
            write_sdk_config(deployed(a=True), path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes the file, prints the variables, and warns of what will not be matched."""
    deployment, out = tmp_path / "deployment.yaml", tmp_path / "mdc-config.json"
    deployment.write_text(collector("collections: {Model_Inputs: {enabled: 'true'}}"))
    (tmp_path / "agent.yaml").write_text("listen: 0.0.0.0:50012\ntoken_file: agent.yaml\n")
    assert run(["config", str(deployment), "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        f"AZUREML_MDC_CONFIG_PATH={out}",
        "AZUREML_MDC_HOST=127.0.0.1",
        "AZUREML_MDC_PORT=50011",
    ]
    assert "Collector('Model_Inputs')" in printed.err
    settings = ["--settings", str(tmp_path / "agent.yaml")]
    assert run(["config", str(deployment), "--json", "--seen-as", "/etc/mdc.json", *settings]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "config": json.loads(out.read_text()),
        "variables": {
            "AZUREML_MDC_CONFIG_PATH": "/etc/mdc.json",
            "AZUREML_MDC_HOST": "127.0.0.1",
            "AZUREML_MDC_PORT": "50012",
        },
    }
    assert "the official SDK sends none" in printed.err
    deployment.write_text(collector("collections: {request: {enabled: 'true'}}"))
    assert run(["config", str(deployment)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["runMode"] == "cloud"
    assert "Collector in the script collects nothing" in printed.err
    deployment.write_text("name: [")
    assert run(["config", str(deployment), "--out", str(out)]) == 2


def test_without_a_file_variables_say_it() -> None:
    """The SDK is on for all collections then, at one rate, in whole numbers."""
    found = variables(deployed(0.257, a=True), "::", 50012, None)
    assert found == {
        "AZUREML_MDC_HOST": "127.0.0.1",
        "AZUREML_MDC_PORT": "50012",
        "AZUREML_MDC_ENABLED": "true",
        "AZUREML_MDC_SAMPLE_RATE": "26",
    }
    assert "AZUREML_MDC_SAMPLE_RATE" not in variables(deployed(a=True), "10.0.0.1", 1, None)
    assert "AZUREML_MDC_ENABLED" not in variables(deployed(request=True), "10.0.0.1", 1, None)


SPELLINGS = {
    "the official SDK's": {"enabled": True, "sampleRatePercentage": 25},
    "azure-ai-ml's": {"enabled": True, "sampling_percentage": 25},
}


@pytest.mark.parametrize("entry", SPELLINGS.values(), ids=SPELLINGS)
def test_a_config_file_is_a_deployment(tmp_path: Path, entry: dict[str, object]) -> None:
    """Of either spelling; it names no deployment, so variables do."""
    path = tmp_path / "mdc-config.json"
    content = {"collections": {"request": entry, "b": {"enabled": False}}, "captureHeaders": ["x"]}
    path.write_text(json.dumps(content))
    reading = read_deployment(path, {"MDC_ENDPOINT": "ep"})
    assert reading.remarks == ()
    assert reading.deployment == Deployment(
        "ep",
        "default",
        (DeployedCollection("b", False), DeployedCollection("request", True)),
        0.25,
        capture_headers=("x",),
    )


def test_a_config_file_of_local_mode_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mdc-config.json"
    path.write_text('{"collections": {"a": {"enabled": true}},\n "runMode": "local"}')
    reading = read_deployment(path, {})
    (remark,) = reading.remarks
    assert (remark.line, remark.setting, reading.deployment) == (2, "runMode", None)


@pytest.mark.parametrize(
    "content",
    [
        '{"collections": []}',
        '{"collections": {"a": true}}',
        '{"collections": {"a": {"enabled": "maybe"}}}',
        '{"collections": {"a": {"enabled": true, "sampleRatePercentage": 101}}}',
        '{"collections": {}, "captureHeaders": "x"}',
        '{"collections": {}, "captureHeaders": [1]}',
        "collections: {a: {enabled: true}}",
    ],
)
def test_a_config_file_that_makes_no_sense(tmp_path: Path, content: str) -> None:
    """An error, never a guess."""
    path = tmp_path / "mdc-config.json"
    path.write_text(content)
    reading = read_deployment(path, {})
    assert reading.deployment is None
    assert str(path) in reading.remarks[0].text
