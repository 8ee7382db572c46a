"""Which tests the lanes leave out.

A lane runs what may differ in it. Two kinds of places do not: what reads the repository, and what
rests on Python and the system alone. Of the second kind only what takes seconds is listed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Tuple

_TESTS = Path(__file__).parent

# `make test-systems` alone runs them. They make environments with other packages, put whole
# systems under load for seconds, start and end all kinds of servers, serve MLflow's models, or
# move thousands of files between accounts.
SYSTEMS = frozenset(
    {
        "bridge/migrate/test_thousand_files.py",
        "coexistence",
        "modern/mlflow_scoring/test_served_models.py",
        "reliability/test_ends.py",
        "reliability/test_soak.py",
        "reliability/test_soak_short.py",
    }
)

# The newest lane alone runs them: they read documents, sources, the Makefile and figures of speed.
NEWEST_ONLY = frozenset(
    {
        "benchmarks",
        "docs",
        "test_examples_of.py",
        "test_lanes.py",
        "test_makefile.py",
        "test_oldest_python.py",
        "test_slow.py",
    }
)

# Threads, processes, signals, files and sockets of Python. The lanes of old Pythons run them; that
# of the oldest packages has the Python of the newest lane, and leaves them out.
OF_PYTHON = frozenset(
    {
        "azure/test_collector.py",
        "azure/test_collector_answers.py",
        "azure/test_collector_bad_events.py",
        "azure/test_collector_spool.py",
        "azure/test_collector_wire.py",
        "core/spool",
        "core/test_forks.py",
        "core/transport",
        "reliability",
    }
)


def left_out(path: Path, expression: str) -> bool:
    """Return whether a run leaves out all tests of a file or a folder.

    Args:
        path: of it.
        expression: the markers that the run chooses by, as `pytest -m` takes them.
    """
    terms = expression.split(" and ")
    of_path = markers(path)
    if "systems" in terms and path.is_file() and "systems" not in of_path:
        return True
    return any(f"not {marker}" in terms for marker in of_path)


@lru_cache(maxsize=None)
def markers(path: Path) -> Tuple[str, ...]:
    """Return the markers that the tests of a file or a folder get by their place."""
    below = path.relative_to(_TESTS)
    places = {each.as_posix() for each in (below, *below.parents)}
    kinds = {
        "newest_only": NEWEST_ONLY | SYSTEMS,
        "of_python": OF_PYTHON,
        "systems": SYSTEMS,
    }
    return tuple(name for name, listed in kinds.items() if not listed.isdisjoint(places))
