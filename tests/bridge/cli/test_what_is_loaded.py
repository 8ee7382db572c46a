"""Commands load what they need and no more; `--help` needs the least."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

# What takes long to import, or is not everywhere.
HEAVY = (
    "numpy",
    "pandas",
    "pyarrow",
    "asyncio",
    "pyspark",
    "azure",
    "azure.core",
    "multiprocessing",
)
PROGRAM = """
import sys
{what}
loaded = [name for name in {heavy} if name in sys.modules]
import json
print(json.dumps(loaded), file=sys.stderr)
"""
HELP = """
from mdc_bridge.cli import main
sys.argv = ["mdc-bridge", "--help"]
try:
    main()
except SystemExit as end:
    assert end.code == 0
"""
MAY_LOAD = ("numpy", "pandas", "pyarrow", "multiprocessing")
DATA = ("read", "migrate", "compare", "status", "doctor")
# Each package alone, beside what all of them may load.
FORKING = """
import contextlib, importlib, json, os, sys
import numpy, pandas
with contextlib.suppress(ModuleNotFoundError):
    import pyarrow
found = []
for package in {packages}:
    reader, writer = os.pipe()
    if not os.fork():
        importlib.import_module("mdc_bridge." + package)
        loaded = [name for name in {needless} if name in sys.modules]
        os.write(writer, json.dumps(loaded).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as answer:
        found.append(json.load(answer))
print(json.dumps(found))
"""


def loaded(what: str, *more: str) -> list[str]:
    """Return which of the heavy modules a child has loaded after some lines of Python."""
    program = PROGRAM.format(what=what, heavy=(*HEAVY, *more))
    run = [sys.executable, "-c", program]
    # What measures coverage loads multiprocessing itself.
    environ = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    ended = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60, env=environ)
    found: list[str] = json.loads(ended.stderr.splitlines()[-1])
    return found


@pytest.mark.parametrize("package", ["check", "deployment", "mlflow_score", "rewrite", "files"])
def test_of_scripts_and_deployments(package: str) -> None:
    """What reads scripts needs none of what reads data."""
    assert loaded(f"import mdc_bridge.{package}") == []


def test_of_data() -> None:
    """What reads data loads no client of Azure and no event loop before an account is named."""
    needless = [name for name in HEAVY if name not in MAY_LOAD]
    program = FORKING.format(packages=DATA, needless=needless)
    run = [sys.executable, "-c", program]
    ended = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(ended.stdout) == [[]] * len(DATA)


def test_of_help() -> None:
    """The list of commands is printed without any command's package."""
    packages = [f"mdc_bridge.{one}" for one in ("check", "files", "migrate", "read", "scripts")]
    assert loaded(HELP, *packages, "yaml", "libcst") == []


def test_ready_for_ctrl_c_at_once() -> None:
    """Before `main` runs hardly anything is imported: an interrupt there would be a traceback."""
    slow = ("mdc_core", "typing", "re", "enum", "signal", "typer", "functools", "logging")
    already = loaded("", *slow)  # by a coverage tool, or an environment's own start
    assert loaded("import mdc_bridge.cli", *slow) == already


@pytest.mark.parametrize("module", ["typer", "rich.console", "mdc_bridge.cli.app", "orjson"])
def test_ctrl_c_while_importing(module: str) -> None:
    """One line and exit code 130, whatever is being imported."""
    program = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
from mdc_bridge.cli import main

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
sys.argv = ["mdc-bridge", "check", "nothing"]
main()
"""
    run = [sys.executable, "-c", program]
    ended = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (130, "interrupted; nothing was written\n")


def test_ignored_ctrl_c_stays_ignored() -> None:
    """As of a command in the background of a shell."""
    program = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{HELP}".replace(
        "sys.argv", "import sys; sys.argv"
    )
    program += "assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN\n"
    assert signal.SIGINT == 2
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
