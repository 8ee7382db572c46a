"""What the scoring script collects, and the `data_collector` section that it becomes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from mdc_core.designations import DEFAULT, GENERAL, collection_of
from mdc_core.errors import MissingFileError
from mdc_core.settings import Settings

from ..scripts import Source, read_script
from ..scripts.analysis import analyse
from ..scripts.values import Construction, ValueKind
from .old_service import OldDeployment
from .options import DeploymentOptions
from .reading import raise_first
from .remarks import Remarks, described

BOUNDARY = "AML_MODEL_DC_BOUNDARY"
_AUTOMATIC = ("model_inputs", "model_outputs")
_MOST = 5  # source: "Collect production data from models for real-time inferencing"
_NEW_COLLECTORS = ("azureml.ai.monitoring.Collector", "azure.ai.monitoring.Collector")
_KEY = "data_collector.collections"


@dataclass(frozen=True)
class ScriptFacts:
    """What a scoring script asks of its container.

    Attributes:
        collections: by name, in the order of the script.
        needs_core: it imports `azureml.core`.
    """

    collections: list[str]
    needs_core: bool


def read_scoring_script(
    old: OldDeployment, options: DeploymentOptions, remarks: Remarks
) -> Optional[ScriptFacts]:
    """Return what the scoring script asks of its container, None when it is not to be found.

    Args:
        old: what there was; its `folder` becomes the one in which the script is found.
        options: of the new deployment.
        remarks: takes what cannot be seen.

    Raises:
        StoreError: it is there and cannot be read.
    """
    renamed = Settings.from_environ({"MDC_COLLECTIONS": options.collections}).collection_names
    if options.script is not None:
        sources = _sources(os.fspath(options.script))
    else:
        sources = _found_script(old)
    if not sources:
        return None
    facts, unreadable = analyse(sources)
    collections: list[str] = []
    for construction in facts.constructions:
        name = _collection(construction, renamed)
        if name is None:
            line = construction.place.line
            text = f"the collector of line {line} of the scoring script has no constant designation"
            remarks.needs_value(_KEY, f"{text}; add its collection")
        else:
            collections.append(name)
    for call in facts.named_calls:
        given = call.keywords.get("name") if call.name in _NEW_COLLECTORS else None
        if given is not None and isinstance(given.constant, str):
            collections.append(given.constant)
    collections = list(dict.fromkeys(collections))
    if len(collections) > _MOST:
        remarks.lost(_KEY, f"{len(collections)} exceed the documented limit of {_MOST}")
    raise_first(unreadable)
    core = any(each.dotted.startswith("azureml.core") for each in facts.imports)
    return ScriptFacts(collections, core)


def data_collector(
    old: OldDeployment, options: DeploymentOptions, script: Optional[ScriptFacts], remarks: Remarks
) -> dict[str, Any]:
    """Return the section `data_collector` of a deployment.

    Args:
        old: what there was.
        options: arguments, which take precedence over that.
        script: what the scoring script asks for; None where there is none to be seen.
        remarks: takes what is missing or different.
    """
    settings = old.settings or {}
    collected = remarks.known("data_collector", settings.get("collect_model_data"), True)
    if collected is False:
        remarks.changed("data_collector", "is off, as collect_model_data was")
    elif collected is None and "**" in settings:
        hidden = described(settings["**"])
        text = f"is on; whether collect_model_data is among {hidden} cannot be seen"
        remarks.changed("data_collector", text)
    elif collected is None and old.settings is not None:
        text = "is on; collect_model_data was not given, so AKS collected nothing"
        remarks.changed("data_collector", text)
    names = script.collections if script is not None else []
    if not names:
        why = "it creates no collector" if script is not None else _why_no_script(old)
        text = f"are not known from the scoring script ({why}); check {' and '.join(_AUTOMATIC)}"
        remarks.needs_value(_KEY, text)
    enabled = "False" if collected is False else "True"
    section: dict[str, Any] = {
        "collections": {name: {"enabled": enabled} for name in names or _AUTOMATIC}
    }
    if options.rolling_rate is not None:
        section["rolling_rate"] = options.rolling_rate
    elif old.variables.get(BOUNDARY) == "hour":
        section["rolling_rate"] = "hour"
    if options.sampling_rate is not None:
        section["sampling_rate"] = options.sampling_rate
    return section


def _found_script(old: OldDeployment) -> Sequence[Source]:
    """Return the scoring script: beside the code, below the current folder, or in a cell."""
    if not isinstance(old.script, str):
        return ()
    for root, path in old.places_of_script.items():
        if path.is_file():
            old.folder = root
            return _sources(str(path))
    name = os.path.basename(old.script)
    return next(
        (cells for path, cells in old.written.items() if os.path.basename(path) == name), ()
    )


def _sources(path: str) -> Sequence[Source]:
    if not os.path.exists(path):
        raise MissingFileError(f"{path} does not exist; valid: a scoring script")
    sources, unreadable = read_script(path)
    raise_first(unreadable)
    return sources


def _collection(construction: Construction, renamed: tuple[tuple[str, str], ...]) -> Optional[str]:
    designation = construction.designation
    if designation is None:
        return None
    designation = GENERAL if designation == DEFAULT else designation
    named = construction.arguments.get("collection_name")
    if named is None or named.kind is ValueKind.NONE:
        return collection_of(designation, DEFAULT, renamed)
    if not isinstance(named.constant, str):
        return None
    return collection_of(designation, named.constant, renamed)


def _why_no_script(old: OldDeployment) -> str:
    looked = [str(path) for path in old.places_of_script.values()]
    if not looked:
        return "its name is not known: give --script"
    return f"not found as {' or '.join(dict.fromkeys(looked))}: give --script"
