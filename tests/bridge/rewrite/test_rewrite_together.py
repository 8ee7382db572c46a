"""Files of one folder that share collectors: rewritten together, or none of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from mdc_bridge.rewrite import Rewriting, rewrite
from tests.bridge.rewrite.agreement import collected
from tests.bridge.rewrite.rewriting_cases import IMPORT

MAKES = (
    IMPORT + 'inputs_dc = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])\n'
    'outputs_dc = ModelDataCollector("m", designation="predictions", feature_names=["p"])\n'
    "threshold = 3\n"
)
INIT = IMPORT + (
    "inputs_dc = outputs_dc = None\n"
    "def make():\n    global inputs_dc, outputs_dc\n"
    '    inputs_dc = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])\n'
    '    outputs_dc = ModelDataCollector("m", designation="predictions", feature_names=["p"])\n'
)
RUN = """
import json
import numpy as np

def init():
    {init}

def run(raw):
    data = np.array(json.loads(raw))
    result = data.sum(axis=1)
    {inputs}.collect(data)
    {outputs}.collect(result)
    return result.tolist()
"""
USES = {
    "names": "from makes import inputs_dc, outputs_dc, threshold\n"
    + RUN.format(init="pass", inputs="inputs_dc", outputs="outputs_dc"),
    "other names": "from makes import inputs_dc as i\nfrom makes import outputs_dc as o\n"
    + RUN.format(init="pass", inputs="i", outputs="o"),
    "module": "import makes\n"
    + RUN.format(init="pass", inputs="makes.inputs_dc", outputs="makes.outputs_dc"),
    "module of another name": "import makes as dc\n"
    + RUN.format(init="print(dc.inputs_dc)", inputs="dc.inputs_dc", outputs="dc.outputs_dc"),
}
MADE_BY_A_FUNCTION = "import makes\n" + RUN.format(
    init="makes.make()", inputs="makes.inputs_dc", outputs="makes.outputs_dc"
)
SERVICES = {
    **{use: {"makes": MAKES, "score": score} for use, score in USES.items()},
    "made by a function": {"makes": INIT, "score": MADE_BY_A_FUNCTION},
}
# Each service is a process of its own; what all of them import is imported once.
DRIVER = """
import json, os, sys
import numpy
import azureml.monitoring
from mdc_core import runtime

for folder in sys.argv[1:]:
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 0, folder
        continue
    os.environ["MDC_STORAGE"] = folder + "/collected"
    sys.path.insert(0, folder)
    import score
    score.init()
    answers = [score.run("[[1, 2], [3, 4]]"), score.run("[[0.5, 7]]")]
    assert runtime.flush(10)
    with open(folder + "/answers.json", "w") as file:
        json.dump(answers, file)
    break
"""


class Service(NamedTuple):
    """What a folder of scripts answered and collected, and what rewriting said of it."""

    before: tuple[list[list[float]], object]
    after: tuple[list[list[float]], object]
    rewriting: Rewriting
    folder: Path


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Service]:
    """All services, run unchanged and rewritten."""
    before, after = (
        {
            name: _folder(tmp_path_factory.mktemp("service"), **files)
            for name, files in SERVICES.items()
        }
        for _ in range(2)
    )
    done = {name: rewrite(folder, write=True) for name, folder in after.items()}
    program = [sys.executable, "-c", DRIVER, *map(str, [*before.values(), *after.values()])]
    environment = {**os.environ, "MDC_BRIDGE_MODE": "modern"}
    ended = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return {
        name: Service(_scored(before[name]), _scored(after[name]), done[name], after[name])
        for name in SERVICES
    }


def _folder(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def _scored(folder: Path) -> tuple[list[list[float]], object]:
    found = collected(folder / "collected")
    assert found.data
    return json.loads((folder / "answers.json").read_text()), (found.data, found.shared)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_rewritten_together_they_collect_the_same(services: dict[str, Service], name: str) -> None:
    """By every way to import, and where init makes collectors, files run as one service."""
    service = services[name]
    done, folder = service.rewriting, service.folder
    assert [Path(file.path).name for file in done.files] == ["makes.py", "score.py"]
    assert not any(file.left_alone for file in done.files)
    assert "ModelDataCollector" not in (folder / "makes.py").read_text()
    assert service.after == service.before
    assert rewrite(folder, write=True).files == ()


def _left(done: Rewriting) -> set[str]:
    assert all(file.before == file.after for file in done.files)
    return {left.reason for file in done.files for left in file.left_alone}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"score": USES["names"] + "def more(): return inputs_dc\n"}, "passed on"),
        ({"score": USES["module"] + "def more(): return makes\n"}, "passed on"),
        ({"score": "from makes import *\n" + USES["names"]}, "everything else"),
        ({"score": USES["names"], "other": USES["names"]}, "several files"),
        (
            {"score": USES["names"], "other": "from score import inputs_dc\n"},
            "through score.py",
        ),
        ({"makes": MAKES + "inputs_dc.collect([1])\n", "score": USES["names"]}, "used here too"),
        (
            {"makes": MAKES.replace('["p"]', "load()"), "score": USES["names"]},
            "only known at run time",
        ),
        (
            {"makes": MAKES + "def get(): return eval('1')\n", "score": USES["names"]},
            "eval()",
        ),
    ],
)
def test_left_alone_together(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    """Where one of them cannot be rewritten, all say so and none is changed."""
    folder = _folder(tmp_path, **{"makes": MAKES, **files})
    done = rewrite(folder, write=True)
    assert {Path(file.path).stem for file in done.files} >= {"makes", "score"}
    assert any(reason in each for each in _left(done))


def test_files_that_share_nothing(tmp_path: Path) -> None:
    """Names that are equal by chance keep no file from being rewritten."""
    alone = MAKES + "def init(): pass\ndef run(d):\n    inputs_dc.collect(d)\n"
    folder = _folder(tmp_path, one=alone, two=alone)
    done = rewrite(folder)
    assert all(file.changes and not file.left_alone for file in done.files)


def test_a_user_that_is_not_python(tmp_path: Path) -> None:
    """It is named as unreadable, and what it uses is left alone."""
    folder = _folder(
        tmp_path, makes=MAKES, score="from makes import inputs_dc\ndef run(:\n    pass\n"
    )
    done = rewrite(folder)
    assert [(file.path, file.changes) for file in done.files] == [(str(folder / "makes.py"), ())]
    assert "score.py: it cannot be parsed" in done.files[0].left_alone[0].reason
    assert [(each.path, each.line) for each in done.unreadable] == [(str(folder / "score.py"), 2)]
