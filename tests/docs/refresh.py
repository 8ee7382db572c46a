"""Puts what the commands print into the documents: `python -m tests.docs.refresh PAGE...`.

What a page leaves out, with `...`, is to be left out again by hand.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

import pytest

from tests.docs.service import make_agent_files, make_service
from tests.docs.test_documented_commands import AGENT_PAGE, LOADED, run
from tests.forked_python import ForkedPython


def main(pages: list[str]) -> None:
    """Rewrite the console blocks of pages."""
    for page in map(Path, pages):
        with tempfile.TemporaryDirectory() as parent, pytest.MonkeyPatch.context() as patch:
            folder = Path(parent) / "services" / "churn"
            folder.mkdir(parents=True)
            if page.name == AGENT_PAGE.name:
                make_agent_files(folder)
            else:
                make_service(folder, patch)
            page.write_text(refreshed(page.read_text(encoding="utf-8"), folder), encoding="utf-8")


def refreshed(text: str, folder: Path) -> str:
    """Return a page with what its commands print in a folder."""
    environ = {**os.environ, "COLUMNS": "100", "PYTHONPATH": os.pathsep.join(sys.path)}

    def printed(block: re.Match[str]) -> str:
        lines = re.findall(r"^\$ .*$", block[0], re.MULTILINE)
        with ForkedPython(LOADED) as python:
            shown = [
                f"{line}\n{run(shlex.split(line[2:]), folder, environ, python)}" for line in lines
            ]
        text = re.sub(r"[ ]+$", "", "".join(shown), flags=re.MULTILINE)
        return "```console\n" + re.sub(r"\n\n+", "\n", text) + "```"

    return re.sub(r"```console\n.*?```", printed, text, flags=re.DOTALL)


if __name__ == "__main__":
    main(sys.argv[1:])
