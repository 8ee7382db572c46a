"""MDC202: identifier= is used."""

from __future__ import annotations

from mdc_core.designations import DEFAULT, KNOWN, collection_of

from ...scripts.old_names import OLD_PARAMETER
from ..old_sdk import contradicts, renamed
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import likely_designation


@rule(
    "MDC202",
    "identifier= is used",
    Verdict.DIFFERS,
    """
The name of designation before 0.1.0a15, with any folder name allowed; 0.1.0a21 raises TypeError.
The bridge uses any such name as the designation, with a DeprecationWarning. Only the word inputs
gives correlations and becomes model_inputs, only predictions becomes model_outputs;
MDC_COLLECTIONS=outputs=model_outputs chooses the collection of another word, and leaves the CSV
as it is.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions with the old keyword."""
    for collector in facts.constructions:
        if OLD_PARAMETER not in collector.arguments or contradicts(collector):
            continue
        message = "works as before 0.1.0a15, with a DeprecationWarning (0.1.0a21: TypeError)"
        name = collector.designation
        if name is None or name in KNOWN:
            yield Hit(collector.place, message, renamed(collector))
            continue
        collection = collection_of(likely_designation(name), DEFAULT, ())
        advice = f"MDC_COLLECTIONS={name}={collection}" if collection else ""
        yield Hit(collector.place, f"{message}; in the JSONL it is the collection {name}", advice)
