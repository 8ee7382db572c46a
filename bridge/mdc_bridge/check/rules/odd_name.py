"""MDC208: a name that changes the folder."""

from __future__ import annotations

from ...scripts.old_names import OLD_PARAMETER
from ..rule import Facts, Hit, Hits, Verdict, rule

_NAMES = ("model_name", "webservice_name", "designation", OLD_PARAMETER)


@rule(
    "MDC208",
    "a name that changes the folder",
    Verdict.DIFFERS,
    """
A name with a slash created subfolders; the bridge writes it percent-encoded (a/b becomes a%2Fb).
For a name with non-ASCII characters the original wrote nothing; the bridge collects it.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions with such names."""
    for collector in facts.constructions:
        for parameter in _NAMES:
            value = collector.arguments.get(parameter)
            name = value.constant if value is not None else None
            if not isinstance(name, str):
                continue
            if "/" in name or "\\" in name:
                message = f"{name!r} is percent-encoded in paths, not split into folders"
                yield Hit(collector.place, message)
            elif not name.isascii():
                yield Hit(
                    collector.place, f"{name!r} is collected; the original wrote nothing for it"
                )
