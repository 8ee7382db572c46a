"""What the settings ask for: formats, collections, names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from mdc_core.model_config import MODEL_CONFIG_PATH, read_model_config
from mdc_core.names import legal_deployment
from mdc_core.settings import Settings

from .report import Check, ok, ok_unless, warn

_FORMATS = {
    (True, True): "CSV and JSONL",
    (True, False): "CSV only",
    (False, True): "JSONL only",
}


def check_mode(settings: Settings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield what `ModelDataCollector` and `Collector` write, and which variables decide it."""
    formats = _FORMATS.get((settings.csv, settings.jsonl))
    why = _why(settings, environ)
    if formats is None:
        yield warn(
            "mode",
            f"ModelDataCollector writes nothing: {why}",
            "set MDC_BRIDGE_MODE to legacy, dual or modern, and MDC_STORAGE",
        )
    else:
        yield ok("mode", f"ModelDataCollector writes {formats}: {why}")
    if settings.collector:
        yield ok("new SDK", "Collector is on")
    else:
        refused = settings.rules.asked is False
        why = _why_jsonl(settings, environ) if refused else "nothing asks for JSONL"
        yield ok("new SDK", f"Collector is off: {why}")
    if settings.worker_disabled:
        yield warn(
            "worker",
            "AZUREML_MDC_WORKER_DISABLED=true: events are accepted and never written",
            "unset AZUREML_MDC_WORKER_DISABLED, unless this is a test",
        )


def check_collections(settings: Settings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield which collections are on, and how many percent of their events are kept."""
    rules = settings.rules
    renamed = ", ".join(f"{old} -> {new}" for old, new in settings.collection_names)
    if renamed:
        yield ok("collection names", f"MDC_COLLECTIONS: {renamed}")
    if rules.listed is None:
        state = "off: AZUREML_MDC_ENABLED=false" if rules.asked is False else "on"
        source = " (AZUREML_MDC_SAMPLE_RATE)" if "AZUREML_MDC_SAMPLE_RATE" in environ else ""
        found = f"all are {state}; {rules.percentage:g}% of the events are kept{source}"
        keeps_some = rules.percentage > 0 or rules.asked is False
        todo = "" if keeps_some else "raise AZUREML_MDC_SAMPLE_RATE: nothing is kept"
        yield ok_unless(todo, "collections", found)
        return
    path = environ.get("AZUREML_MDC_CONFIG_PATH")
    on = [f"{name} {rule.percentage:g}%" for name, rule in rules.listed if rule.enabled]
    off = [name for name, rule in rules.listed if not rule.enabled]
    found = f"{path} lists as on: {', '.join(on) or 'none'}; off: {', '.join(off) or 'none'}"
    if not on or any(rule.enabled and not rule.percentage for _, rule in rules.listed):
        todo = "enable in data_collector of the deployment YAML what is to be collected"
        yield warn("collections", found, todo)
    else:
        yield ok("collections", f"{found}; what the file does not list is off")


def check_names(settings: Settings, path: Path = MODEL_CONFIG_PATH) -> Iterator[Check]:
    """Yield the names under which events are collected, and what the image's model map says.

    Args:
        settings: of this container.
        path: of the map.
    """
    service = settings.service
    endpoint = settings.endpoint or (legal_deployment(service) if service else "the service name")
    deployment = settings.deployment or "the model name"
    workspace = settings.workspace
    if not workspace and path.exists():
        workspace = read_model_config("", path=path).workspace
    workspace = workspace or "default/default/default"
    yield ok("names", f"endpoint {endpoint}, deployment {deployment}, workspace {workspace}")
    if not path.exists():
        yield ok("model map", f"{path} is not there: models have the version their script gives")
        return
    try:
        models = json.loads(path.read_text(encoding="utf-8")).get("modelsInfo", {})
        known = ", ".join(f"{name} version {', '.join(found)}" for name, found in models.items())
    except (OSError, ValueError, AttributeError, TypeError) as error:
        yield warn(
            "model map",
            f"{path} cannot be used: {error}",
            "correct it, or give model_version and workspace in the script",
        )
        return
    yield ok("model map", f"{path}: {known or 'no models'}")


def _why(settings: Settings, environ: Mapping[str, str]) -> str:
    if settings.mode != "auto":
        return f"MDC_BRIDGE_MODE={settings.mode}"
    reasons = [f"MDC_BRIDGE_MODE {'is auto' if 'MDC_BRIDGE_MODE' in environ else 'is not set'}"]
    if settings.csv:
        reasons.append("AML_MODEL_DC_STORAGE_ENABLED=true asks for CSV")
    else:
        reasons.append("AML_MODEL_DC_STORAGE_ENABLED does not ask for CSV")
    reasons.append(_why_jsonl(settings, environ))
    return ", ".join(reasons)


def _why_jsonl(settings: Settings, environ: Mapping[str, str]) -> str:
    asked = settings.rules.asked
    source = (
        "the file of AZUREML_MDC_CONFIG_PATH"
        if environ.get("AZUREML_MDC_CONFIG_PATH")
        else f"AZUREML_MDC_ENABLED={environ.get('AZUREML_MDC_ENABLED')}"
    )
    if asked is not None:
        return f"{source} {'asks for' if asked else 'refuses'} JSONL"
    if settings.jsonl:
        return "MDC_STORAGE asks for JSONL"
    if settings.jsonl_storage is not None:
        return "and MDC_STORAGE asks for JSONL only where nothing asks for CSV"
    return "nothing asks for JSONL"
