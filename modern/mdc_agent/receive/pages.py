"""What the agent says of itself, as `GET /metrics` gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ..metrics import AgentCounts
from ..store import LaneState

_PREFIX = "mdc_agent"


class AgentCollector(Collector):
    """Reads the counts, and what waits, when it is asked.

    Args:
        counts: of events.
        states: gives the destinations as they are.
    """

    def __init__(self, counts: AgentCounts, states: Callable[[], Sequence[LaneState]]) -> None:
        self._counts = counts
        self._states = states

    def collect(self) -> Iterator[Metric]:
        counted = self._counts.read()
        yield _by_type(
            "events", "Events stored; a rate is DataCollectionEventsPerMinute.", counted.stored
        )
        yield _by_type("repeated_events", "Repeated events, not stored again.", counted.repeated)
        errors = CounterMetricFamily(
            f"{_PREFIX}_errors",
            "Events not stored; a rate is DataCollectionErrorsPerMinute.",
            labels=["type", "reason"],
        )
        for (kind, reason), events in sorted(counted.lost.items()):
            errors.add_metric([kind, reason], events)
        yield errors
        for name, text, value in (
            ("delivery_retries", "Failed deliveries, which are retried.", counted.retried),
            ("torn_lines", "Truncated lines of killed processes, set aside.", counted.repaired),
            ("damaged_pieces", "Damaged lines and notes, set aside.", counted.damaged),
        ):
            yield CounterMetricFamily(f"{_PREFIX}_{name}", text, value=value)
        yield from _of_destinations(self._states())


def _by_type(name: str, text: str, counts: dict[str, int]) -> Metric:
    family = CounterMetricFamily(f"{_PREFIX}_{name}", text, labels=["type"])
    for kind, events in sorted(counts.items()):
        family.add_metric([kind], events)
    return family


def _of_destinations(states: Sequence[LaneState]) -> Iterator[Metric]:
    for name, text, field in (
        ("queue_events", "Events in memory, not yet written.", "waiting_events"),
        ("queue_bytes", "Bytes of these events.", "waiting_bytes"),
        ("spool_bytes", "Bytes written but not yet delivered.", "undelivered_bytes"),
        (
            "oldest_undelivered_seconds",
            "Age of the oldest undelivered bytes.",
            "oldest_undelivered",
        ),
        ("destination_up", "1 while events can be stored for the collection.", "works"),
    ):
        family = GaugeMetricFamily(f"{_PREFIX}_{name}", text, labels=["destination"])
        for state in states:
            family.add_metric([state.name], float(getattr(state, field)))
        yield family
