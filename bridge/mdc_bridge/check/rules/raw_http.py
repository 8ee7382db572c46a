"""MDC403: azureml.contrib.services."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule

_MODULES = ("aml_request", "aml_response")
_OLD = "azureml.contrib.services"


@rule(
    "MDC403",
    "azureml.contrib.services",
    Verdict.UNCHANGED,
    """
The modules aml_request and aml_response (rawhttp, AMLRequest, AMLResponse) are provided by
azureml-inference-server-http, but only in the process of the server, where it puts them in;
tests and notebooks cannot import them, and import azureml.contrib.services fails
everywhere. Its own names work in both: azureml_inference_server_http.api. There AMLRequest
is Flask's request of today, without what the old one had besides (has_key of headers, json
without a content type).
""",
    on_endpoint=Verdict.DIFFERS,
)
def find(facts: Facts) -> Hits:
    """Yield imports of the raw HTTP interface, one for each statement."""
    seen = set()
    for found in facts.imports:
        line = (found.place.path, found.place.cell, found.place.line)
        if found.dotted.startswith(_OLD) and served(found.dotted) and line not in seen:
            seen.add(line)
            module = found.dotted.removeprefix(f"{_OLD}.").partition(".")[0]
            message = "provided by the inference server, in its own process only"
            yield Hit(found.place, message, f"azureml_inference_server_http.api.{module}")


def served(module: str) -> bool:
    """Return whether the inference server provides what is imported of the old package."""
    return module.startswith(tuple(f"{_OLD}.{name}" for name in _MODULES))
