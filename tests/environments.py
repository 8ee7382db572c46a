"""Environments of the Makefile, for packages that cannot be installed beside ours."""

from __future__ import annotations

from pathlib import Path

_ENVIRONMENTS = Path(__file__).parents[1] / ".venv"


def python_of(name: str) -> Path:
    """Return the interpreter of an environment.

    Raises:
        RuntimeError: it is missing; the message says how to make it.
    """
    python = _ENVIRONMENTS / name / "bin" / "python"
    if not python.exists():
        raise RuntimeError(f"{python} is missing; `make .venv/{name}/.done` installs it")
    return python
