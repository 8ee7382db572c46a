"""Which collections are on and at what rate: the variables and the config file of the new SDK.

Source of the names and defaults: the public interface of `azureml-ai-monitoring` 1.0.0; the
spelling `sampling_percentage` is the one `azure-ai-ml` writes for local deployments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from .errors import SettingsError
from .redaction import redact, shown

_PAYLOAD_COLLECTIONS = frozenset({"request", "response"})


class CollectionSetting(NamedTuple):
    """Whether one collection is collected, and how many percent of its events."""

    enabled: bool
    percentage: float


class CollectionRules(NamedTuple):
    """Answers for every collection whether it is collected and at what rate.

    Attributes:
        asked: True when the variables of the new SDK ask for collection, False when they refuse
            it, None when they say nothing.
        listed: the collections of the config file by lower-case name; None without a file, when
            every collection is on.
        percentage: the rate of collections that have none of their own.
        local_capture: log the data instead of sending them.
    """

    asked: Optional[bool]
    listed: Optional[tuple[tuple[str, CollectionSetting], ...]]
    percentage: float
    local_capture: bool

    def of(self, collection: str) -> CollectionSetting:
        """Return the setting of a collection; names are compared in lower case."""
        if self.listed is None:
            return CollectionSetting(self.asked is not False, self.percentage)
        off = CollectionSetting(False, self.percentage)
        return dict(self.listed).get(collection.lower(), off)


def read_collection_rules(environ: Mapping[str, str]) -> CollectionRules:
    """Return the rules that the environment, or the config file it names, sets.

    Raises:
        SettingsError: when the file cannot be read or a value makes no sense.
    """
    path = environ.get("AZUREML_MDC_CONFIG_PATH")
    if path:
        return _from_file(path)
    enabled = environ.get("AZUREML_MDC_ENABLED")
    return CollectionRules(
        asked=None if enabled is None else parse_flag(enabled, "AZUREML_MDC_ENABLED"),
        listed=None,
        percentage=_percentage(
            environ.get("AZUREML_MDC_SAMPLE_RATE", "").strip() or 100, "AZUREML_MDC_SAMPLE_RATE"
        ),
        local_capture=parse_flag(
            environ.get("AZUREML_MDC_LOCAL_CAPTURE", "false"), "AZUREML_MDC_LOCAL_CAPTURE"
        ),
    )


def parse_flag(value: object, setting: str) -> bool:
    """Return the truth that `true`, `false`, or a boolean states.

    Raises:
        SettingsError: for anything else.
    """
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else "no flag"
    if text in ("true", "false", ""):
        return text == "true"
    raise SettingsError(f"{setting} is {shown(value)}; valid: true, false")


def _from_file(path: str) -> CollectionRules:
    source = f"AZUREML_MDC_CONFIG_PATH ({redact(path)})"
    try:
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
    except OSError as error:
        raise SettingsError(f"{source} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{source} is not valid JSON: {error}") from error
    except RecursionError:
        raise SettingsError(f"{source} is nested too deeply to be read") from None
    if not isinstance(config, dict) or not isinstance(config.get("collections", {}), dict):
        raise SettingsError(
            f'{source} must hold an object such as {{"collections": {{"model_inputs": '
            f'{{"enabled": true, "sampleRatePercentage": 50}}}}}}'
        )
    listed = {
        name.lower(): _collection(name, entry, source)
        for name, entry in config.get("collections", {}).items()
    }
    return CollectionRules(
        asked=any(
            setting.enabled for name, setting in listed.items() if name not in _PAYLOAD_COLLECTIONS
        ),
        listed=tuple(sorted(listed.items(), key=lambda item: item[0])),
        percentage=100,
        local_capture=config.get("runMode", "cloud") == "local",
    )


def _collection(name: str, entry: Any, source: str) -> CollectionSetting:
    if not isinstance(entry, dict):
        raise SettingsError(f'{source}: collection {shown(name)} must be an object with "enabled"')
    rate = entry.get("sampleRatePercentage", entry.get("sampling_percentage", 100))
    where = f"{source}: collection {shown(name)}"
    return CollectionSetting(
        enabled=parse_flag(entry.get("enabled", False), f"{where}, enabled"),
        percentage=_percentage(rate, f"{where}, sampleRatePercentage"),
    )


def _percentage(value: object, setting: str) -> float:
    try:
        is_number = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        number = float(value) if is_number else -1.0  # type: ignore[arg-type]  # it is one
    except (ValueError, OverflowError):
        number = -1.0
    if not 0 <= number <= 100:
        raise SettingsError(f"{setting} is {shown(value)}; valid: a number from 0 to 100")
    return number
