"""MDC609: an azureml-defaults whose Flask does not start with what pip takes beside it today."""

from __future__ import annotations

from ..installing import of_each, servers_that_do_not_start
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC609",
    "a scoring server that does not start in newly built images",
    Verdict.CHANGE,
    """
azureml-defaults to 1.35 asks for Flask 1.0.3, and for any jinja2 and itsdangerous. An image of that
time has old ones; one that is built from the same file today gets jinja2 3.1, and every worker
ends with ImportError: cannot import name 'Markup' from 'jinja2'. mdc-bridge does not cause this.
From 1.36 on the server's own requirements hold them back.
""",
)
def find(facts: Facts) -> Hits:
    """Yield an azureml-defaults with Flask 1.0, and nothing that holds its neighbours back."""
    for request in of_each(facts, servers_that_do_not_start):
        message = (
            f"{request.requirement.text} brings Flask 1.0, which does not start with jinja2 3.1"
        )
        yield Hit(request.place, message, "jinja2<3.1 and itsdangerous<2.1 beside it")
