"""Which tests `make test-fast` leaves out, by fixture or place, and which files begin first."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Iterable

# They start servers, a browser or Spark, or make environments.
FIXTURES = frozenset(
    {"account", "agent", "azure_ai_ml", "azurite", "azurite_https", "azurite_place"}
    | {"doctors_azurite", "environment", "nursery", "official", "served", "spark", "start"}
)

# Folders, files and tests below `tests`: they start programs, or compute for seconds.
PLACES = frozenset(
    {
        *("azure", "browser", "coexistence", "docs", "examples", "images", "reliability", "typing"),
        "bridge/archive/test_archive_chunks.py::test_a_quote_that_is_never_closed_costs_its_line_and_no_more",
        "bridge/archive/test_archive_chunks.py::test_memory_does_not_grow_with_the_file",
        "bridge/check/test_check_fuzz.py",
        "bridge/check/test_check_verdicts.py::test_403_405_what_the_inference_server_provides",
        "bridge/cli/test_ctrl_c.py",
        "bridge/cli/test_json_page.py::test_every_field_is_on_the_page",
        "bridge/cli/test_odd_output.py",
        "bridge/cli/test_terminal_texts.py",
        "bridge/cli/test_what_is_loaded.py",
        "bridge/compare/test_compare_differences.py::test_samples_of_wide_rows",
        "bridge/compare/test_compare_page.py",
        "bridge/compare/test_compare_spoiled.py",
        "bridge/deployment/test_deployment_loading.py",
        "bridge/doctor/test_doctor_packages.py",
        "bridge/doctor/test_doctor_report.py::test_all_is_well",
        "bridge/doctor/test_doctor_report.py::test_module_prints_text_without_the_tools",
        "bridge/doctor/test_doctor_spool.py::test_events_of_a_dead_process",
        "bridge/migrate/test_migrate_collected.py",
        "bridge/migrate/test_migrate_command.py::test_piped_output_is_plain_and_whole",
        "bridge/migrate/test_migrate_destination.py",
        "bridge/migrate/test_migrate_existing.py",
        "bridge/migrate/test_migrate_forecast.py::test_an_archive_of_many_units",
        "bridge/migrate/test_migrate_noted.py",
        "bridge/migrate/test_migrate_processes.py",
        "bridge/migrate/test_migrate_resume.py",
        "bridge/migrate/test_migrate_rows.py",
        "bridge/migrate/test_migrate_sizes.py",
        "bridge/migrate/test_migrate_survey.py::test_one_text_among_thousands_of_numbers",
        "bridge/migrate/test_thousand_files.py",
        "bridge/read/test_read_command.py::test_a_table_cuts_no_column",
        "bridge/read/test_read_lines.py::test_how_far_it_is",
        "bridge/read/test_read_regular.py",
        "bridge/read/test_read_streaming.py",
        "bridge/rewrite/test_rewrite_agreement.py",
        "bridge/rewrite/test_rewrite_commented.py::test_cells_above_and_below_code_of_the_notebook",
        "bridge/rewrite/test_rewrite_files.py",
        "bridge/rewrite/test_rewrite_rounds.py",
        "bridge/rewrite/test_rewrite_server.py",
        "bridge/rewrite/test_rewrite_together.py",
        "bridge/scoring/test_rounds_of_loops.py",
        "bridge/status/test_status_services.py::test_what_cannot_be_read_hides_nothing",
        "bridge/test_main.py",
        "core/delivery/test_loop_messages.py::test_an_endless_turn_is_said_and_tried_ever_less",
        "core/encoding/test_jsonl.py::test_wide_events_whose_names_differ_leave_little_behind",
        "core/encoding/test_objects.py::test_wide_objects_are_shown_whole",
        "core/encoding/test_plain_json.py::test_what_scores_runs_without_orjson",
        "core/spool/test_spool_of_the_dead.py::test_the_dead_cost_no_descriptors",
        "core/test_event_loops.py::test_greenlets",
        "core/test_forks.py::test_a_fork_that_nobody_told_of_is_noticed_once",
        "core/test_native.py",
        "core/test_throttle.py::test_keys_without_number_are_bounded",
        "core/transport/test_default_actions.py",
        "core/transport/test_lifecycle.py",
        "core/transport/test_writer.py::test_the_writer_waits_between_tries",
        "core/transport/test_writer_isolation.py::test_a_large_event_that_cannot_be_stored_holds_up_nobody",
        "legacy/test_legacy_import.py",
        "legacy/test_spark.py",
        "modern/agent/cli/test_agent_check.py::test_as_a_command",
        "modern/agent/destinations/test_identities.py",
        "modern/agent/payload/test_exchange_log.py::test_traffic_that_never_pauses_is_stored_meanwhile",
        "modern/agent/payload/test_inference_server.py",
        "modern/agent/payload/test_json_checker.py",
        "modern/agent/payload/test_later.py::test_connections_that_end_are_bounded",
        "modern/agent/payload/test_payload_lines.py",
        "modern/agent/reading/test_any_yaml.py::test_any_values",
        "modern/agent/reading/test_deployment_yaml.py::test_bombs_beside_the_collector_do_no_harm",
        "modern/agent/test_probe.py::test_it_needs_the_standard_library_alone",
        "modern/agent/test_service.py",
        "modern/mlflow_scoring/test_served_models.py",
        "modern/test_modern_import.py",
        "modern/test_repeated_ids.py",
        "platforms",
        "py36/test_import_hook.py",
        "py36/test_quoted_annotations.py",
        "test_makefile.py",
    }
)

# Files that take longest, the longest first: begun last, one would hold up the end of a run.
LONGEST = (
    "docs/test_documented_commands.py",
    "reliability/test_soak_short.py",
    "bridge/migrate/test_thousand_files.py",
    "coexistence/test_neighbours.py",
    "azure/test_short_processes.py",
    "reliability/test_fork.py",
    "modern/agent/test_service.py",
    "reliability/test_soak.py",
    "reliability/test_ends.py",
    "reliability/test_exit.py",
    "bridge/compare/test_compare_spark.py",
    "modern/agent/test_workspace.py",
    "modern/mlflow_scoring/test_served_models.py",
    "bridge/rewrite/test_rewrite_server.py",
    "bridge/deployment/test_deployment_loading.py",
    "azure/test_any_answers.py",
    "bridge/migrate/test_migrate_sizes.py",
    "bridge/cli/test_odd_output.py",
    "bridge/migrate/test_migrate_existing.py",
    "bridge/migrate/test_migrate_processes.py",
    "core/transport/test_lifecycle.py",
)

# Files whose tests one process runs, by the ends of their names, and what it starts once for all.
TOGETHER = {
    "_spark.py": "Java",
    "deployment/test_deployment_loading.py": "azure-ai-ml",
    "reading/test_deployment_loader.py": "azure-ai-ml",
    "reading/test_objects.py": "azure-ai-ml",
    "agent/test_workspace.py": "azure-ai-ml",
}

_TESTS = Path(__file__).parent


def is_slow(path: Path, name: str, fixtures: Iterable[str]) -> bool:
    """Return whether a test is slow.

    Args:
        path: of its file.
        name: of its function.
        fixtures: the names of all that it uses, also by way of others.
    """
    return (
        is_slow_place(path)
        or not FIXTURES.isdisjoint(fixtures)
        or f"{_below_tests(path)}::{name}" in PLACES
    )


# Asked for each of ten thousand tests, and the same for all of a file.
@lru_cache(maxsize=None)
def is_slow_place(path: Path) -> bool:
    """Return whether all tests of a file or a folder are slow."""
    below = path.relative_to(_TESTS)
    return not PLACES.isdisjoint(each.as_posix() for each in (below, *below.parents))


@lru_cache(maxsize=None)
def turn(path: Path) -> int:
    """Return when a file's tests are to begin: the lower, the earlier."""
    below = _below_tests(path)
    return LONGEST.index(below) if below in LONGEST else len(LONGEST)


@lru_cache(maxsize=None)
def _below_tests(path: Path) -> str:
    return path.relative_to(_TESTS).as_posix()
