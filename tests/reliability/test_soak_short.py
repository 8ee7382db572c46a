"""The commands of `tests.reliability.soak` for shared blobs and hard ends, a few seconds each."""

from __future__ import annotations

import pytest

from tests.reliability.soak import (
    agent_bad_requests,
    agent_kills,
    agent_memory,
    agent_slope,
    damaged_spool,
    disk_full,
    exits,
    gunicorn_reloads,
    interleavings,
    migrate_kills,
    paused_lease_holders,
    payload_memory,
    power_loss,
    queue_memory,
    scoring_slope,
    shared_csv_kills,
    sigkill_append,
)

# The collector service and the inference server are installed in one lane.
OF_SERVERS = [
    pytest.param(each, marks=pytest.mark.newest_only)
    for each in (
        *(agent_bad_requests, agent_kills, agent_memory, agent_slope, payload_memory),
        scoring_slope,
    )
]
COMMANDS = [
    damaged_spool,
    sigkill_append,
    shared_csv_kills,
    paused_lease_holders,
    exits,
    gunicorn_reloads,
    migrate_kills,
    interleavings,
    queue_memory,
]
if power_loss.can_mount():
    COMMANDS.append(power_loss)
if disk_full.can_mount():
    COMMANDS.append(disk_full)


@pytest.mark.parametrize(
    "command", COMMANDS + OF_SERVERS, ids=lambda command: command.__name__.split(".")[-1]
)
def test_a_short_run_keeps_its_promise(command: object) -> None:
    """What the full command is run for holds for a few kills, reloads and seconds as well."""
    row = command.run(short=True)  # type: ignore[attr-defined]
    assert row.met, str(row)
