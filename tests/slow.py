"""Which tests `make test-fast` leaves out: by the fixtures they use, or by where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable

# They start servers, a browser or Spark, or make environments.
FIXTURES = frozenset(
    {"account", "agent", "azure_ai_ml", "azurite", "azurite_https", "azurite_place"}
    | {"doctors_azurite", "environment", "nursery", "official", "served", "spark", "start"}
)

# Folders and files below `tests`: servers and processes, or seconds of computing.
PLACES = (
    *("azure", "browser", "coexistence", "docs", "examples", "images", "reliability", "typing"),
    "bridge/check/test_check_fuzz.py",
    "bridge/cli/test_terminal_texts.py",
    "bridge/cli/test_what_is_loaded.py",
    "bridge/compare/test_compare_page.py",
    "bridge/doctor/test_doctor_variables.py",
    "bridge/migrate/test_migrate_collected.py",
    "bridge/migrate/test_migrate_destination.py",
    "bridge/migrate/test_migrate_existing.py",
    "bridge/migrate/test_migrate_noted.py",
    "bridge/migrate/test_migrate_resume.py",
    "bridge/read/test_read_regular.py",
    "bridge/read/test_read_streaming.py",
    "bridge/rewrite/test_rewrite_agreement.py",
    "bridge/rewrite/test_rewrite_files.py",
    "bridge/rewrite/test_rewrite_together.py",
    "core/test_native.py",
    "core/transport/test_lifecycle.py",
    "modern/agent/payload/test_payload_lines.py",
    "modern/mlflow_scoring/test_served_models.py",
    "modern/test_repeated_ids.py",
    "py36/test_quoted_annotations.py",
)

_TESTS = Path(__file__).parent


def is_slow(path: Path, fixtures: Iterable[str]) -> bool:
    """Return whether a test is slow.

    Args:
        path: of its file.
        fixtures: the names of all that it uses, also by way of others.
    """
    below = path.relative_to(_TESTS).as_posix()
    return not FIXTURES.isdisjoint(fixtures) or any(
        below == place or below.startswith(f"{place}/") for place in PLACES
    )
