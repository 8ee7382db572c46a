"""Every function of the tools takes a path as `str` or `Path`, alone or in a sequence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest

from mdc_bridge.check import check
from mdc_bridge.compare import compare
from mdc_bridge.deployment import DeploymentOptions, deployment
from mdc_bridge.migrate import migrate, plan
from mdc_bridge.read import iter_frames, read, read_lines
from mdc_bridge.rewrite import rewrite
from mdc_core.errors import SettingsError

SCRIPT = """from azureml.monitoring import ModelDataCollector
def init():
    global inputs
    inputs = ModelDataCollector("m", designation="inputs", feature_names=["a"])
def run(data):
    inputs.collect([1.5])
"""
DEPLOY = """from azureml.core.webservice import AksWebservice
from azureml.core.model import InferenceConfig, Model
config = AksWebservice.deploy_configuration(collect_model_data=True)
Model.deploy(ws, "svc", [model], InferenceConfig(entry_script="score.py"), config)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a script, deployment code, an archive and its migration."""
    (tmp_path / "score.py").write_text(SCRIPT)
    (tmp_path / "deploy.py").write_text(DEPLOY)
    folder = tmp_path / "archive/modeldata/sub/rg/ws/svc/m-one/1/inputs/2020/03/01"
    folder.mkdir(parents=True)
    (folder / "data.csv").write_text("a,b\n1,2\n")
    migrate(str(tmp_path / "archive"), str(tmp_path / "made"))
    return tmp_path


SHAPES: dict[str, Callable[[Path], Any]] = {
    "str": str,
    "Path": Path,
    "list of str": lambda path: [str(path)],
    "tuple of Path": lambda path: (path,),
    "generator": lambda path: (each for each in [path]),
}
OF_PATHS: dict[str, Callable[[Path, Callable[[Path], Any]], object]] = {
    "check": lambda tree, shape: check(shape(tree / "score.py")).findings,
    "rewrite": lambda tree, shape: [f.path for f in rewrite(shape(tree / "score.py")).files],
    "deployment": lambda tree, shape: sorted(deployment(shape(tree / "deploy.py")).files),
}
OF_PLACES: dict[str, Callable[[Path, Callable[[Path], Any]], object]] = {
    "plan": lambda tree, shape: len(plan(shape(tree / "archive")).datasets),
    "migrate": lambda tree, shape: (
        migrate(shape(tree / "archive"), shape(tree / "second")).is_complete
    ),
    "compare": lambda tree, shape: (
        compare(shape(tree / "archive"), shape(tree / "made")).differences
    ),
    "read": lambda tree, shape: read(shape(tree / "made"))["a"].tolist(),
    "iter_frames": lambda tree, shape: len(list(iter_frames(shape(tree / "made")))),
    "read_lines": lambda tree, shape: len(list(read_lines(shape(tree / "made")))),
}


@pytest.mark.parametrize("function", OF_PATHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_one_path_or_several(tree: Path, function: str, shape: str) -> None:
    """A text is one path, whose letters name nothing; all shapes give what a list gives."""
    call = OF_PATHS[function]
    assert call(tree, SHAPES[shape]) == call(tree, SHAPES["list of str"])


@pytest.mark.parametrize("function", OF_PLACES)
def test_places(tree: Path, function: str) -> None:
    """A place is named by a `Path` as by its text."""
    call = OF_PLACES[function]
    assert call(tree, Path) == call(tree, str)


@pytest.mark.parametrize("name", ["a=b;c", "https:", "~", "file:"])
def test_a_path_is_a_folder_whatever_its_name(tree: Path, name: str) -> None:
    """A `Path` whose text looks like a connection string, a URL or a home is that folder."""
    made = tree / name / "made"
    made.parent.mkdir()
    (tree / "made").rename(made)
    assert read(made)["a"].tolist() == [1]


def test_rewrite_touches_only_what_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rewrite("m/score.py", write=True)` leaves a script in a folder named `m` alone."""
    monkeypatch.chdir(tree)
    for name in ("m", "mine"):
        (tree / name).mkdir()
        (tree / name / "score.py").write_text(SCRIPT)
    rewrite("mine/score.py", write=True)
    assert (tree / "m/score.py").read_text() == SCRIPT
    assert (tree / "mine/score.py").read_text() != SCRIPT


def test_wishes_take_paths(tree: Path) -> None:
    """The scoring script of a deployment may be a `Path`."""
    made = deployment(tree / "deploy.py", DeploymentOptions(script=tree / "score.py"), tree)
    assert "scoring_script: score.py" in made.files["deployment.yml"]


@pytest.mark.parametrize(
    "call",
    [
        lambda tree: check(tree, ignore="MDC4"),
        lambda tree: read(tree / "made", collections="model_inputs"),
        lambda tree: read(tree / "made", join="ab"),
        lambda tree: compare(tree / "archive", tree / "made", designations="inputs"),
    ],
)
def test_a_text_is_no_sequence_of_names(tree: Path, call: Callable[[Path], object]) -> None:
    """Where names are meant, one text is refused instead of read letter by letter."""
    with pytest.raises(SettingsError, match="valid: a list of names"):
        call(tree)


def test_a_relative_place_is_of_the_present_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same relative path is another folder after a change of the working directory."""
    for name in ("first", "second"):
        (tree / name).mkdir()
        monkeypatch.chdir(tree / name)
        migrate("../archive", "made")
        assert read(tree / name / "made")["a"].tolist() == [1]


@pytest.mark.parametrize("function", OF_PATHS)
@pytest.mark.parametrize("wrong", [b"score.py", None, 5, [None], [b"x"], [["x"]], "", [""]])
def test_what_is_no_path(tree: Path, function: str, wrong: object) -> None:
    """It is refused by a message that says what is valid."""
    with pytest.raises(SettingsError, match=r"not a path; valid: a str or Path|path is empty"):
        OF_PATHS[function](tree, lambda _: wrong)


def test_no_path() -> None:
    """A pattern that matches no script is not fine; options alone may tell a deployment."""
    for function in (check, rewrite):
        with pytest.raises(SettingsError, match="no path is given"):
            function([])


@pytest.mark.parametrize("function", OF_PLACES)
@pytest.mark.parametrize("wrong", [b"made", None, 5, ["made"], ""])
def test_what_is_no_place(tree: Path, function: str, wrong: object) -> None:
    """Likewise."""
    with pytest.raises(SettingsError, match=r"not a path; valid: a str or Path|is empty"):
        OF_PLACES[function](tree, lambda _: wrong)


@pytest.mark.parametrize("wrong", [5, pandas.NaT, numpy.datetime64("2020-01-01"), "yesterday"])
def test_what_is_no_moment(tree: Path, wrong: Any) -> None:
    """Nothing is read as if no moment had been given."""
    for call in (
        lambda: read(tree / "made", since=wrong),
        lambda: migrate(tree / "archive", tree / "made", until=wrong),
        lambda: compare(tree / "archive", tree / "made", since=wrong),
    ):
        with pytest.raises(SettingsError, match=r"(since|until) is .*; valid: 2026-11-21,"):
            call()


@pytest.mark.parametrize("wrong", ["inputs=model_inputs", ["inputs"], 5])
def test_what_is_no_mapping(tree: Path, wrong: Any) -> None:
    """The text of a setting, or names alone, say of no designation which collection it has."""
    with pytest.raises(SettingsError, match=r"collections is .*; valid: a mapping of names"):
        compare(tree / "archive", tree / "made", collections=wrong)


def test_what_is_no_plan(tree: Path) -> None:
    """The name of its file is none."""
    with pytest.raises(SettingsError, match="valid: a plan, as load_plan returns it"):
        migrate(tree / "archive", tree / "made", "plan.yaml")  # type: ignore[arg-type]
