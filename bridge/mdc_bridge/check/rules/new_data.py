"""MDC703: Collector.collect with anything but a DataFrame."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule

_SHOWN = {
    ValueKind.ARRAY: ("an array", "pandas.DataFrame(data, columns=[...])"),
    ValueKind.BYTES: ("bytes", "pandas.DataFrame([{'data': data.decode()}])"),
    ValueKind.DICT: ("a dict", "pandas.DataFrame([data])"),
    ValueKind.FOREIGN: ("an object of another library", "a pandas.DataFrame of it"),
    ValueKind.LIST: ("a list", "pandas.DataFrame(data, columns=[...])"),
    ValueKind.NONE: ("None", "a pandas.DataFrame"),
    ValueKind.NUMBER: ("a number", "pandas.DataFrame([{'value': data}])"),
    ValueKind.SERIES: ("a Series", "data.to_frame()"),
    ValueKind.SET: ("a set", "pandas.DataFrame(sorted(data), columns=[...])"),
    ValueKind.SPARK_FRAME: ("a Spark frame", "data.toPandas()"),
    ValueKind.TEXT: ("a str", "pandas.DataFrame([{'text': data}])"),
    ValueKind.TUPLE: ("a tuple", "pandas.DataFrame([data], columns=[...])"),
}


@rule(
    "MDC703",
    "Collector.collect with anything but a DataFrame",
    Verdict.CHANGE,
    """
The new SDK takes pandas frames only: data type (X) not supported, supported types:
pandas.DataFrame. Without on_error the request fails; with it nothing is collected. An array or
list needs column names: make it a DataFrame.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls with data that are seen to be of another type."""
    for call in facts.modern_collects:
        what, advice = _SHOWN.get(call.data.kind, ("", ""))
        if what:
            message = f"{what}: TypeError, passed to on_error or raised in run"
            yield Hit(call.place, message, advice)
