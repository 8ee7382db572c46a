"""Code is followed as far as it is certain; the rest is named, never guessed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_bridge.deployment import DeploymentError, DeploymentOptions, Kind, deployment
from mdc_core.errors import MdcError, StoreError
from tests.bridge.deployment import old_deployments as old
from tests.examples_of import examples

MANAGED = DeploymentOptions(instance_type="X")


def _endpoint(tmp_path: Path, name: str, before: str = "") -> tuple[str, list[str]]:
    """Return the endpoint's name, and what the remarks call missing."""
    code = old.COMPLETE.replace(
        'service = Model.deploy(ws, "churn"', f"{before}\nModel.deploy(ws, {name}"
    )
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    missing = [each.text for each in made.remarks if each.kind is Kind.VALUE]
    return yaml.safe_load(made.files["endpoint.yml"])["name"], missing


@pytest.mark.parametrize(
    ("name", "before", "expected"),
    [
        ("name", "name = 'chu' + 'rn'", "churn"),
        ("f'{base}-v{2}'", "base = 'churn'", "churn-v2"),
        ("'{}-{}'.format(base, 2)", "base = 'churn'", "churn-2"),
        ("'%s-x' % base", "base = 'churn'", "churn-x"),
        ("names['b']", "names = {'a': 'x', 'b': 'churn-b'}", "churn-b"),
        ("names[0]", "names = ['first', 'second']", "first"),
        ("name", "name: str = 'typed'", "typed"),
        ("name", "name, other = 'first', 'second'", "first"),
        ("name.lower()", "name = 'CHURN'", "churn"),
        ("name", "if ws:\n    name = 'only'", "only"),
        ("name", "name = None\ntry:\n    name = 'tried'\nexcept OSError:\n    pass", "tried"),
    ],
)
def test_constants_are_followed(name: str, before: str, expected: str, tmp_path: Path) -> None:
    assert _endpoint(tmp_path, name, before) == (expected, [])


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("os.environ['NAME']", "import os"),
        ("name", "name = input()"),
        ("name", "if ws:\n    name = 'one'\nelse:\n    name = 'two'"),
        ("name", "for name in ['one', 'two']:\n    pass"),
        ("name", "name = 'one'\nname += ws.name"),
        ("ws.name", ""),
        ("'x' * 10", ""),
        ("'{:>99999999999}'.format('x')", ""),
        ("'%99999999999d' % 1", ""),
        ("undefined", ""),
    ],
)
def test_what_is_no_constant_is_named(name: str, before: str, tmp_path: Path) -> None:
    found, (missing,) = _endpoint(tmp_path, name, before)
    assert found == "FILL_IN"
    assert "in the code, which is not a constant" in missing
    assert "line" in missing


def test_arguments_of_functions_are_unknown(tmp_path: Path) -> None:
    body = old.COMPLETE.replace('"churn", [', "name, [").replace("\n", "\n    ")
    code = f"def main(name='churn'):\n    {body}\n\nmain()\n"
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    (missing,) = [each for each in made.remarks if each.kind is Kind.VALUE]
    assert missing.text.startswith("is name (argument of main)")


def test_keywords_that_cannot_be_seen(tmp_path: Path) -> None:
    known = old.COMPLETE.replace("num_replicas=3", "**{'num_replicas': 5}")
    made = deployment([old.write(tmp_path, known)], MANAGED, tmp_path)
    assert yaml.safe_load(made.files["deployment.yml"])["instance_count"] == 5
    unknown = old.COMPLETE.replace("num_replicas=3", "num_replicas=3, **more")
    made = deployment([old.write(tmp_path, unknown)], MANAGED, tmp_path)
    assert not made.is_complete


def test_what_a_function_returns_is_found_when_it_is_the_only_one(tmp_path: Path) -> None:
    """A configuration is often made in a helper."""
    code = old.COMPLETE.replace("config = Aks", "def make():\n    return Aks").replace(
        "inference_config, config,", "inference_config, make(),"
    )
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert made.is_complete, made.remarks


def test_one_of_several_services(tmp_path: Path) -> None:
    """A test deployment to ACI does not count; of two to AKS one is to be chosen."""
    test = "Model.deploy(ws, 'test', [], inference_config, AciWebservice.deploy_configuration())\n"
    path = old.write(tmp_path, old.COMPLETE + test)
    assert deployment([path], MANAGED, tmp_path).is_complete
    other = "Model.deploy(ws, 'other', [], inference_config, config)\n"
    path = old.write(tmp_path, old.COMPLETE + other)
    with pytest.raises(DeploymentError, match="--service: churn, other"):
        deployment([path], MANAGED, tmp_path)
    made = deployment([path], DeploymentOptions(instance_type="X", service="churn"), tmp_path)
    assert made.is_complete
    with pytest.raises(DeploymentError, match="deployed are: churn, other"):
        deployment([path], DeploymentOptions(service="third"), tmp_path)


def test_folder_with_one_deployment(tmp_path: Path) -> None:
    old.write(tmp_path, old.COMPLETE)
    assert deployment([tmp_path], MANAGED, tmp_path).is_complete
    old.write(tmp_path, old.MINIMAL, "again.py")
    computed = old.MINIMAL.replace('name="sentiment"', "name=sys.argv[1]")
    old.write(tmp_path, computed, "computed.py")
    unnamed = "AksWebservice.deploy_configuration(collect_model_data=True)\n"
    old.write(tmp_path, old.IMPORTS + unnamed, "unnamed.py")
    with pytest.raises(DeploymentError, match="several files deploy services") as raised:
        deployment([tmp_path], MANAGED, tmp_path)
    assert str(raised.value).partition(": ")[2].split("; ") == [
        f"{tmp_path}/again.py, line 13 (sentiment)",
        f"{tmp_path}/computed.py, line 13",
        f"{tmp_path}/deploy.py, line 23 (churn)",
        f"{tmp_path}/unnamed.py, line {old.IMPORTS.count(chr(10)) + 1}",
    ]


def test_where_the_scoring_script_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code").mkdir()
    path = tmp_path / "code" / "deploy.py"
    path.write_text(old.MINIMAL)
    (said,) = (
        each.text for each in deployment([path]).remarks if each.key == "data_collector.collections"
    )
    assert f"(not found as {path.parent / 'score.py'} or score.py: give --script)" in said
    path.write_text(old.MINIMAL.replace('"score.py"', "sys.argv[1]"))
    (said,) = (
        each.text for each in deployment([path]).remarks if each.key == "data_collector.collections"
    )
    assert "(its name is not known: give --script)" in said


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("deploy.py", "print('nothing')", "no deployment to AKS"),
        ("deploy.py", "AksWebservice.deploy_configuration(", "is not valid Python"),
        ("deploy.py", "print 'AksWebservice.deploy_configuration'", "is Python 2"),
        ("deploy.ipynb", "{", "is not a notebook"),
        ("config.json", "{", "is not valid JSON"),
        ("config.json", "[]", "is not a configuration"),
        ("config.json", '{"computeType": "aci"}', "computeType is 'aci'; valid: AKS"),
    ],
)
def test_what_cannot_be_read(name: str, text: str, error: str, tmp_path: Path) -> None:
    with pytest.raises((StoreError, DeploymentError), match=error):
        deployment([old.write(tmp_path, text, name)], MANAGED, tmp_path)


def test_conda_file_that_is_no_yaml(tmp_path: Path) -> None:
    path = old.write(tmp_path, old.MINIMAL)
    (tmp_path / "env.yml").write_text("a: [")
    with pytest.raises(StoreError, match=r"env\.yml is not valid YAML"):
        deployment([path], MANAGED, tmp_path)


SPOTS = [
    found.span()
    for found in re.finditer(
        r'"[^"\n]*"|\b\d+\b|\bTrue\b|\[[^\[\]]*\]|\{[^{}]*\}|\b(?:ws|env|config)\b', old.COMPLETE
    )
]
ODD = [
    "None",
    "[]",
    "{}",
    "()",
    "{1:2}",
    "{'a':ws}",
    "{**a}",
    "ws",
    "Model.deploy",
    "InferenceConfig",
    "Environment('x')",
    "-1",
    "1e400",
    "'\\x07'",
    "'\\ud800'",
    "b'x'",
    "...",
    "'a'*9**9",
    "f'{x!r:>5}'",
    "os.environ['X']",
    "[1,2][5]",
    "not*x",
    "(yield)",
    "(",
    "'",
]
CHANGES = st.lists(st.tuples(st.sampled_from(SPOTS), st.sampled_from(ODD)), max_size=4)


def _changed(text: str, changes: list[tuple[tuple[int, int], str]]) -> str:
    for (start, stop), odd in sorted(dict(changes).items(), reverse=True):
        text = text[:start] + odd + text[stop:]
    return text


@settings(max_examples=examples(50))
@given(changes=CHANGES, kind=st.sampled_from(["managed", "kubernetes"]))
def test_odd_code_is_refused_or_followed(
    changes: list[tuple[tuple[int, int], str]],
    kind: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What comes out can be loaded again, whatever the code says."""
    folder = tmp_path_factory.mktemp("odd")
    try:
        made = deployment(
            [old.write(folder, _changed(old.COMPLETE, changes))], DeploymentOptions(kind), folder
        )
    except MdcError:
        return
    for text in made.files.values():
        assert isinstance(yaml.safe_load(text.encode()), dict)


def test_lists_that_grow_past_all_bounds_are_unknown(tmp_path: Path) -> None:
    """Twice as long in every line: followed to its end, it would not fit into memory."""
    code = "names = ['x']\n" + "names = names + names\n" * 60
    code += "AksWebservice.deploy_configuration(tags={'n': names})"
    text = f"from azureml.core.webservice import AksWebservice\n{code}"
    made = deployment([old.write(tmp_path, text)])
    assert any(remark.key == "tags" and "names + names" in remark.text for remark in made.remarks)


def test_a_mapping_in_itself(tmp_path: Path) -> None:
    """Has no end that could be written."""
    code = "tags = {'a': 'b'}\nparts = [tags]\ntags['parts'] = parts\n"
    code += "AksWebservice.deploy_configuration(tags=tags)"
    text = f"from azureml.core.webservice import AksWebservice\n{code}"
    made = deployment([old.write(tmp_path, text)])
    assert any(remark.key == "tags" for remark in made.remarks)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(max_examples=examples(50))
@given(
    leaf=st.sampled_from(["cpu", "memoryInGB", "maxReplicas", "storageEnabled", "authEnabled"]),
    entry=st.sampled_from(["entryScript", "condaFile", "sourceDirectory", "environment"]),
    values=st.tuples(VALUES, VALUES, VALUES),
)
def test_odd_configurations_are_refused_or_followed(
    leaf: str, entry: str, values: tuple[Any, Any, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    paths = old.write_configs(folder)
    config = re.sub(
        rf'"{leaf}": [^,}}]+',
        lambda _: f'"{leaf}": {json.dumps(values[0])}',
        json.dumps(old.DEPLOYMENT_CONFIG),
    )
    Path(paths[0]).write_text(config)
    Path(paths[1]).write_text(json.dumps({**old.INFERENCE_CONFIG, entry: values[1]}))
    (folder / "src" / "env.yml").write_text(json.dumps({"dependencies": values[2]}))
    try:
        made = deployment(paths, DeploymentOptions("kubernetes"), folder)
    except MdcError:
        return
    for text in made.files.values():
        assert isinstance(yaml.safe_load(text.encode()), dict)
