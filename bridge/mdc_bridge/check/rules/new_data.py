"""MDC703: Collector.collect with anything but a DataFrame."""

from __future__ import annotations

from ...scripts.values import Kind
from ..rule import Facts, Hit, Hits, Verdict, rule

_SHOWN = {
    Kind.ARRAY: ("an array", "pandas.DataFrame(data, columns=[...])"),
    Kind.BYTES: ("bytes", "pandas.DataFrame([{'data': data.decode()}])"),
    Kind.DICT: ("a dict", "pandas.DataFrame([data])"),
    Kind.FOREIGN: ("an object of another library", "a pandas.DataFrame of it"),
    Kind.LIST: ("a list", "pandas.DataFrame(data, columns=[...])"),
    Kind.NONE: ("None", "a pandas.DataFrame"),
    Kind.NUMBER: ("a number", "pandas.DataFrame([{'value': data}])"),
    Kind.SERIES: ("a Series", "data.to_frame()"),
    Kind.SET: ("a set", "pandas.DataFrame(sorted(data), columns=[...])"),
    Kind.SPARK_FRAME: ("a Spark frame", "data.toPandas()"),
    Kind.TEXT: ("a str", "pandas.DataFrame([{'text': data}])"),
    Kind.TUPLE: ("a tuple", "pandas.DataFrame([data], columns=[...])"),
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
