"""Runs scripts in this process as a server would: one Flask request after the other.

Arguments: a JSON file with a list of `[script, folder to collect to, bodies]`; modules that
cannot be imported. Prints a JSON list of the answers to each script's requests.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import flask

from mdc_core import runtime


def answers(script: str, folder: str, bodies: list[Any]) -> list[Any]:
    """Return what a script answers; errors by their class and text."""
    os.environ["MDC_STORAGE"] = folder
    spec = importlib.util.spec_from_file_location(Path(folder).name, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.init()
    application = flask.Flask("driver")
    results = []
    for body in bodies:
        with application.test_request_context(method="POST"):
            try:
                results.append(module.run(json.dumps(body)))
            except Exception as error:  # noqa: BLE001  an answer too
                results.append([type(error).__name__, str(error)])
    assert runtime.flush(10)
    return results


if __name__ == "__main__":
    sys.modules.update(dict.fromkeys(sys.argv[2:]))  # type: ignore[arg-type]
    jobs = json.loads(Path(sys.argv[1]).read_text())
    results = [answers(*job) for job in jobs]
    sys.stdout.flush()
    print("\n" + json.dumps(results))  # noqa: T201
