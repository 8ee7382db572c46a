"""Makes locks again from their heads: `python -m tests.images.lock NAME...`.

A lock that is not there yet begins as a head:

    python -m tests.images.lock --python 3.8 --as-of 2021-10-15 1.34-py38 azureml-defaults==1.34.0
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence

import uv

from .interpreters import find_interpreter
from .locks import FOLDER, parse_lock


def main(arguments: Sequence[str]) -> int:
    """Write the lock; return 0 when it could be resolved."""
    parser = argparse.ArgumentParser(prog="python -m tests.images.lock", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--python")
    parser.add_argument("--as-of", help="a day, such as 2021-10-15")
    parser.add_argument("requirements", nargs="*")
    given = parser.parse_args(arguments)
    path = FOLDER / f"{given.name}.txt"
    python, as_of, asked_for = given.python, given.as_of, tuple(given.requirements)
    if not asked_for:
        old = parse_lock(given.name, path.read_text("utf-8"))
        python, as_of, asked_for = old.python, old.as_of, old.asked_for
    path.write_text(resolved(python, as_of, asked_for), "utf-8")
    return 0


def resolved(python: str, as_of: str, asked_for: Sequence[str]) -> str:
    """Return the text of a lock.

    Raises:
        RuntimeError: there is no such Python.
        subprocess.CalledProcessError: nothing fits.
    """
    interpreter = find_interpreter(python)
    if interpreter is None:
        raise RuntimeError(f"no python{python}")
    found = subprocess.run(
        [
            *(uv.find_uv_bin(), "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
            *("--python", str(interpreter), "--exclude-newer", as_of, "-"),
        ],
        input="\n".join(asked_for),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    packages = re.sub(r" *;.*| *\\\n.*", "", found)
    head = (f"# python: {python}", f"# as of: {as_of}", f"# asked for: {' '.join(asked_for)}")
    return "\n".join((*head, packages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
