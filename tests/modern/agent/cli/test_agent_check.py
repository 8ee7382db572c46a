"""`mdc-agent check`: what it prints and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mdc_agent.cli.app import run

FINE = """\
name: blue
endpoint_name: my-endpoint
instance_type: Standard_F2s_v2
data_collector:
  collections:
    model_inputs:
      enabled: 'true'
"""


def write(folder: Path, text: str) -> str:
    path = folder / "deployment.yaml"
    path.write_text(text)
    return str(path)


def test_nothing_to_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, and nothing on stdout."""
    assert run(["check", write(tmp_path, FINE)]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "0 errors, 0 warnings; accepted by the agent, accepted by Azure's client" in printed.err


def test_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, each remark a line that editors and terminals follow."""
    path = write(tmp_path, FINE.replace("'true'", "true"))
    assert run(["check", path]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(f"{path}:7:16: warning: ")
    assert printed.out.endswith("; valid: 'true'\n")
    assert "accepted by the agent, refused by Azure's client" in printed.err


def test_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 for what neither takes, and for what cannot be read."""
    assert run(["check", write(tmp_path, FINE.replace("'true'", "maybe"))]) == 2
    assert ":7:16: error: " in capsys.readouterr().out
    assert run(["check", str(tmp_path / "nothing.yaml")]) == 2
    assert "the file does not exist" in capsys.readouterr().err
    assert run(["check", write(tmp_path, "a: [")]) == 2


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it for programs, with the same exit codes."""
    path = write(tmp_path, FINE.replace("'true'", "true"))
    assert run(["check", path, "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["taken_by_agent"], printed["taken_by_azure"]) == (True, False)
    assert printed["deployment"]["collections"][0]["enabled"] is True
    (remark,) = printed["remarks"]
    assert (remark["line"], remark["column"], remark["valid"]) == (7, 16, "'true'")
    assert remark["setting"] == "data_collector.collections.model_inputs.enabled"
    assert run(["check", write(tmp_path, "- a"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["deployment"] is None


def test_with_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where each collection goes, without secrets, and datastores that nobody knows."""
    path, settings = write(tmp_path, FINE), tmp_path / "agent.yaml"
    accounts = {
        "/data": "/data",
        "{account: mystore, container: logs, client_id: '1'}": "https://mystore.blob.core.windows.net"
        "/logs",
        "{account: 'https://a.blob.core.windows.net?sig=x', container: logs}": "https://a.blob.core."
        "windows.net/logs",
        "{account: 'AccountName=a;AccountKey=a2V5', container: logs}": "https://a.blob.core.windows."
        "net/logs",
    }
    for given, root in accounts.items():
        settings.write_text(f"datastores: {{workspaceblobstore: {given}}}")
        assert run(["check", path, "--settings", str(settings)]) == 0
        place = f"{root}/modelDataCollector/my-endpoint/blue/model_inputs"
        said = capsys.readouterr().err.splitlines()[0]
        assert said == f"model_inputs: {place}{' as 1' if 'client_id' in given else ''}"
    settings.write_text("")
    assert run(["check", path, "--settings", str(settings)]) == 2
    printed = capsys.readouterr().out
    assert printed.startswith(f"{path}:7:7: the datastore 'workspaceblobstore' is not known")
    assert "valid: --storage or MDC_STORAGE, or an entry below datastores" in printed


def test_a_terminal_obeys_no_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a file holds is shown, and nothing of it is markup or an escape."""
    run(["check", write(tmp_path, FINE.replace("model_inputs", '"[red]\\e[31mX"'))])
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "[red]" in printed


def test_as_a_command(tmp_path: Path) -> None:
    """The console script's function, in a process of its own."""
    command = [sys.executable, "-c", "from mdc_agent.cli import main; main()"]
    for arguments, code in ((["--version"], 0), (["check"], 2), (["check", "/"], 2)):
        ended = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, check=False, timeout=60
        )
        assert ended.returncode == code, ended.stderr
        assert "Traceback" not in ended.stderr
