"""All checks, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Callable, Iterable, Optional

from mdc_core.settings import Settings

from .clock import check_clock
from .destinations import PROBE_SECONDS, check_destinations, uses_spool
from .modes import check_collections, check_mode, check_names
from .original import check_original, is_for_original
from .packages import check_packages
from .report import Check, Report, fail
from .spools import check_spool
from .variables import read_variables
from .versions import check_age, check_versions

_Checks = Callable[[], Iterable[Check]]


def doctor(
    environ: Optional[Mapping[str, str]] = None,
    seconds: float = PROBE_SECONDS,
) -> Report:
    """Return a report on what will be collected in this container, where to, and why.

    Destinations are probed: something is written there and removed again; to a collector there
    is only a connection. Nothing else is changed. Secrets are masked.

    Args:
        environ: variables by name; None for those of this process.
        seconds: to wait for one destination; a change that was begun gets five more to be undone.

    Returns:
        the report; `exit_code` of it is 0 when all is well, 1 after warnings, 2 when something
        is not collected or cannot be reached. It raises nothing.
    """
    variables = dict(os.environ if environ is None else environ)
    checks = list(_guarded("packages", check_packages))
    reading = read_variables(variables)
    checks += reading.checks
    if reading.settings is not None:
        for name, examine in _of_settings(reading.settings, reading.environ, seconds):
            checks += _guarded(name, examine)
    checks += _guarded("clock", lambda: [check_clock()])
    checks += _guarded("versions", check_versions)
    checks += _guarded("age", check_age)
    # Two destinations in one account say the same of its clock.
    return Report(tuple(dict.fromkeys(checks)))


def _of_settings(
    settings: Settings, environ: Mapping[str, str], seconds: float
) -> Iterator[tuple[str, _Checks]]:
    yield "mode", partial(check_mode, settings, environ)
    if is_for_original():
        yield "original", partial(check_original, settings, environ)
    yield "collections", partial(check_collections, settings, environ)
    yield "names", partial(check_names, settings)
    yield "destinations", partial(check_destinations, settings, environ, seconds)
    if uses_spool(settings):
        yield "spool", partial(check_spool, settings)


def _guarded(name: str, examine: _Checks) -> Iterator[Check]:
    try:
        yield from examine()
    except Exception as error:  # noqa: BLE001  the other checks are still worth something
        yield fail(name, f"could not be examined: {type(error).__name__}: {error}", "report this")
