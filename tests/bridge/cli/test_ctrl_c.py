"""Ctrl-C ends every command in one line and with exit code 130, wherever it comes."""

from __future__ import annotations

import inspect
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Optional

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.migrate import migrate, plan

SCRIPT = """from azureml.monitoring import ModelDataCollector
def init():
    global inputs
    inputs = ModelDataCollector("m", designation="inputs", feature_names=["a"])
"""
DEPLOY = """from azureml.core.webservice import AksWebservice
from azureml.core.model import InferenceConfig, Model
config = AksWebservice.deploy_configuration(collect_model_data=True)
Model.deploy(ws, "svc", [model], InferenceConfig(entry_script="score.py"), config)
"""
COMMANDS = {
    "check": ["check", "score.py"],
    "compare": ["compare", "archive", "made"],
    "deployment": ["deployment", "deploy.py", "-o", "endpoint"],
    "doctor": ["doctor"],
    "migrate": ["migrate", "archive", "other", "--jobs", "1"],
    "plan": ["plan", "archive", "-o", "other.yaml"],
    "read": ["read", "made", "-f", "csv", "-o", "rows.csv"],
    "rewrite": ["rewrite", "score.py", "--write"],
}
# Of the calls of our own functions; early, late and in between.
CALLS = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    Path("score.py").write_text(SCRIPT)
    Path("deploy.py").write_text(DEPLOY)
    folder = Path("archive/modeldata/sub/rg/ws/svc/m-one/1/inputs/2020/03/01")
    folder.mkdir(parents=True)
    (folder / "data.csv").write_text("a,b\n1,2\n")
    migrate("archive", "made", plan("archive"))
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupt:
    """Raises KeyboardInterrupt at one of the calls that a command makes within the tools."""

    def __init__(self, at: int) -> None:
        self.left = at
        self._in_command = False

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        if event != "call" or self.left == 0:
            return
        if frame.f_code.co_flags & inspect.CO_GENERATOR:  # may be one that is being closed
            return
        path = frame.f_code.co_filename
        self._in_command = self._in_command or frame.f_code.co_name in COMMANDS
        if "mdc_bridge" in path and "/cli/" not in path and self._in_command:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt


def interrupted(arguments: list[str], at: int) -> Optional[int]:
    """Run a command, interrupted at a call; None where it makes fewer."""
    interrupt = Interrupt(at)
    sys.setprofile(interrupt)
    try:
        code = run(arguments)
    finally:
        sys.setprofile(None)
    return code if interrupt.left == 0 else None


@pytest.mark.parametrize("command", COMMANDS)
def test_at_any_call(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    """One line, no traceback, 130; the second run does the whole work."""
    reached = 0
    for at in CALLS:
        code = interrupted(COMMANDS[command], at)
        said = capfd.readouterr()
        if code is None:
            break
        reached += 1
        assert code == 130, (at, said)
        assert said.err.count("\n") == 1, (at, said.err)
        assert said.err.startswith("interrupted; "), (at, said.err)
    assert reached >= 2, said
    for made in ("endpoint/deployment.yml", "endpoint/endpoint.yml", "endpoint/conda.yml"):
        Path(made).unlink(missing_ok=True)
    for made in ("other.yaml", "rows.csv"):
        Path(made).unlink(missing_ok=True)
    assert run(COMMANDS[command]) in (0, 1), capfd.readouterr()
