"""MDC607: the tools are required in a scoring image."""

from __future__ import annotations

from ...needs import BRIDGE
from ..installing import of_each
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC607",
    "the tools are required in a scoring image",
    Verdict.DIFFERS,
    """
The extra tools brings what check, compare, migrate and the other commands need. They run on your
machine, with Python 3.9 or newer; the image only needs mdc-bridge, whose doctor runs without the
extra. On Python 3.7 and 3.8 the extra installs nothing.
""",
)
def find(facts: Facts) -> Hits:
    """Yield requirements of mdc-bridge with the extra for tools."""
    for request in of_each(facts, lambda environment: environment.requests):
        if request.requirement.name == BRIDGE and "tools" in request.requirement.extras:
            message = "scoring needs no tools, and they need Python 3.9"
            yield Hit(request.place, message, request.requirement._replace(extras=()).text)
