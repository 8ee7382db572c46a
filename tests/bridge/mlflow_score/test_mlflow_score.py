"""`mdc-bridge mlflow-score`: what an MLmodel file says, and the script that is made of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.mlflow_score import ModelSide, mlflow_score, serve
from mdc_core.errors import MissingFileError, SettingsError

FLAVORS = "flavors: {python_function: {loader_module: mlflow.sklearn}}\n"
SIGNATURES = {
    "": ModelSide("none"),
    "signature: {inputs: null, outputs: null}\n": ModelSide("none"),
    """signature: {inputs: '[{"type": "long", "name": "a"}]'}\n""": ModelSide("frame", ("a",)),
    """signature: {inputs: '[{"type": "string"}]'}\n""": ModelSide("frame"),
    """signature: {inputs: '[{"type": "tensor", "tensor-spec": {}}]'}\n""": ModelSide("tensor"),
    """signature: {inputs: '[{"type": "tensor", "name": "x"}]'}\n""": ModelSide("tensor", ("x",)),
}


def model(folder: Path, text: str) -> Path:
    """Return the folder of a model whose file has this text."""
    folder.mkdir(exist_ok=True)
    (folder / "MLmodel").write_text(text)
    return folder


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(tmp_path: Path, signature: str) -> None:
    """Of frames, of tensors with and without names, and none."""
    assert mlflow_score(model(tmp_path, FLAVORS + signature)).inputs == SIGNATURES[signature]


def test_the_script_names_its_model(tmp_path: Path) -> None:
    """Whatever its name holds; the script is valid Python."""
    name = 'it\'s "m"\\ \n'
    tree = ast.parse(mlflow_score(model(tmp_path / name, FLAVORS)).script)
    assert ast.get_docstring(tree)
    assert name in [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "holds no MLmodel; valid: the folder that"),
        ("[", "cannot be read"),
        ("flavors: {sklearn: {}}", "has no flavor python_function"),
        ("- 1", "has no flavor python_function"),
        (FLAVORS + "signature: {inputs: '{'}", "is not a list of columns"),
        (FLAVORS + "signature: {inputs: 5}", "is not a list of columns"),
    ],
)
def test_what_is_no_model(tmp_path: Path, text: str, told: str) -> None:
    """The message says what is, and the command ends with 2."""
    folder = tmp_path if text is None else model(tmp_path, text)
    with pytest.raises((MissingFileError, SettingsError), match=told):
        mlflow_score(folder)
    assert run(["mlflow-score", str(folder)]) == 2


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes the script, says what is collected, and overwrites nothing unasked."""
    folder = model(tmp_path / "churn", FLAVORS + list(SIGNATURES)[2])
    script = tmp_path / "score.py"
    assert run(["mlflow-score", str(folder)]) == 0
    printed = capsys.readouterr()
    assert run(["mlflow-score", str(folder), "-o", str(script)]) == 0
    assert script.read_text() == printed.out
    told = " ".join(capsys.readouterr().err.split())
    assert "model_inputs: the columns a" in told
    assert "model_outputs: columns as in the data; the model has no signature" in told
    assert run(["mlflow-score", str(folder), "-o", str(script)]) == 2
    assert "--force overwrites it" in capsys.readouterr().err


def test_serving_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What serving lacks here is named, with what installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match="pip install azureml-inference-server-http mlflow"):
        serve(model(tmp_path, FLAVORS), 5001)
    assert run(["mlflow-score", str(tmp_path), "--serve", "--json"]) == 2
    assert "--serve writes nothing" in capsys.readouterr().err
