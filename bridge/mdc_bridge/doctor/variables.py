"""Checks of the environment variables: which are invalid, and which are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Optional

from mdc_core.errors import SettingsError
from mdc_core.settings import Settings

from .report import Check, fail, ok, warn

KNOWN = (
    "AML_MODEL_DC_BOUNDARY",
    "AML_MODEL_DC_DEBUG",
    "AML_MODEL_DC_STORAGE",
    "AML_MODEL_DC_STORAGE_ENABLED",
    "AZUREML_MDC_CONFIG_PATH",
    "AZUREML_MDC_DEBUG",
    "AZUREML_MDC_ENABLED",
    "AZUREML_MDC_FORMAT_COMPACT",
    "AZUREML_MDC_HOST",
    "AZUREML_MDC_LOCAL_CAPTURE",
    "AZUREML_MDC_PORT",
    "AZUREML_MDC_QUEUE_CAPACITY",
    "AZUREML_MDC_SAMPLE_RATE",
    "AZUREML_MDC_WORKER_COUNT",
    "AZUREML_MDC_WORKER_DISABLED",
    "MDC_BRIDGE_MODE",
    "MDC_COLLECTIONS",
    "MDC_CONTAINER",
    "MDC_DELIVERY_INTERVAL",
    "MDC_DEPLOYMENT",
    "MDC_ENDPOINT",
    "MDC_LEGACY_FILE_NAME",
    "MDC_QUEUE_BYTES",
    "MDC_ROLLING_RATE",
    "MDC_SPOOL_BYTES",
    "MDC_SPOOL_DIR",
    "MDC_STORAGE",
    "MDC_SYNC_INTERVAL",
    "MDC_WORKSPACE",
    "SERVICE_NAME",
)
_PREFIXES = ("MDC_", "AML_MODEL_DC_")
# The collector beside the container has variables of its own that begin like the SDK's.
_LIKENESS = {"AZUREML_MDC_": 0.85, "MDC_": 0.6, "AML_MODEL_DC_": 0.6}


class CheckedVariables(NamedTuple):
    """What the variables say.

    Attributes:
        checks: one for each invalid variable, or one that says that all are valid.
        environ: the variables without the invalid ones.
        settings: of these variables; None if they are still invalid.
    """

    checks: list[Check]
    environ: Mapping[str, str]
    settings: Optional[Settings]


def read_variables(environ: Mapping[str, str]) -> CheckedVariables:
    """Return the settings, and a check for each invalid variable.

    Args:
        environ: variables by name.
    """
    left = dict(environ)
    checks: list[Check] = []
    while True:
        try:
            settings: Optional[Settings] = Settings.from_environ(left)
            break
        except SettingsError as error:
            variable = _named_in(str(error), left)
            todo = (
                f"correct {variable or 'it'}: until then ModelDataCollector collects nothing and "
                "Collector raises; the rest of this report ignores it"
            )
            checks.append(fail(f"variable {variable}".rstrip(), str(error), todo))
            if not variable:
                settings = None
                break
            del left[variable]
    checks += _misspelt(environ)
    return CheckedVariables(checks or [ok("variables", _listed(environ))], left, settings)


def _listed(environ: Mapping[str, str]) -> str:
    names = [name for name in KNOWN if name in environ]
    return f"all are valid: {', '.join(names)}" if names else "none are set"


def _named_in(message: str, environ: Mapping[str, str]) -> str:
    """Return the variable that an error names: the first, or the longer of two at one place."""
    named = [name for name in KNOWN if name in message and name in environ]
    return min(named, key=lambda name: (message.index(name), -len(name)), default="")


def _misspelt(environ: Mapping[str, str]) -> Iterator[Check]:
    for name in sorted(environ):
        prefix = next((each for each in _LIKENESS if name.startswith(each)), None)
        if prefix is None or name in KNOWN:
            continue
        close = difflib.get_close_matches(name, KNOWN, 1, _LIKENESS[prefix])
        if close or prefix in _PREFIXES:
            meant = f"; did you mean {close[0]}?" if close else ""
            yield warn(f"variable {name}", f"is not known and has no effect{meant}", "rename it")
