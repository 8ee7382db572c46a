"""MDC312: arguments that collect does not accept."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule

_PARAMETERS = {
    "collect": ("input_data", "user_correlation_id"),
    "add_correlations": ("input_data", "correlations"),
}


@rule(
    "MDC312",
    "arguments that collect does not accept",
    Verdict.CHANGE,
    """
The methods are collect(input_data, user_correlation_id="") and add_correlations(input_data,
correlations). Other arguments raise TypeError at the call, in the original and in the
bridge.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls whose arguments do not fit."""
    for call in facts.calls:
        parameters = _PARAMETERS.get(call.method)
        if parameters is None or call.is_partial:
            continue
        unknown = sorted(call.keywords.keys() - set(parameters))
        given = set(parameters[: len(call.arguments)]) | call.keywords.keys()
        required = parameters if call.method == "add_correlations" else parameters[:1]
        advice = f"{call.method}({', '.join(parameters)})"
        if unknown:
            yield Hit(call.place, f"{unknown[0]}= raises TypeError, as before", advice)
        elif len(call.arguments) > len(parameters):
            yield Hit(call.place, "too many arguments: TypeError", advice)
        elif not set(required) <= given:
            yield Hit(call.place, "too few arguments: TypeError", advice)
