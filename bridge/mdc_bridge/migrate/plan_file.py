"""Plans as YAML that people read and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import yaml

from mdc_core.errors import PlanError

from .plan import EDITABLE, DatasetKey, DatasetPlan, Plan

_FORMAT = 1
_HEAD = """\
# What `mdc-bridge migrate` does with each dataset. Change what is not right:
#   endpoint, deployment, collection   where the lines go
#   skip: true                         leave the dataset out
#   time_zone                          of timestamps without a zone and of the folders' dates
#   header                             auto, present or absent
#   names                              of the cells of rows in files without a header
#   under_one_name                     rows: several cells under one name are rows of that column;
#                                      columns: they are one row
#   columns                            integer, number, boolean or string
# `decide` says what to look at, `found` what there is; both are not read.
"""


def dump_plan(plan: Plan) -> str:
    """Return a plan as YAML."""
    value = {
        "format": _FORMAT,
        "datasets": [_dumped(dataset) for dataset in plan.datasets],
        "strange_files": list(plan.strange),
    }
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return _HEAD + text


def load_plan(text: str, name: str) -> Plan:
    """Return the plan that a YAML text is.

    Args:
        text: as `dump_plan` made it, changed or not.
        name: of the file, for errors.

    Raises:
        PlanError: when it is none; the message says where and what is valid.
    """
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PlanError(f"{name} is not YAML: {error}") from error
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise PlanError(f"{name} is not a plan; valid: a file that `mdc-bridge plan` wrote")
    datasets = value.get("datasets")
    if not isinstance(datasets, list):
        raise PlanError(f"{name}: datasets is not a list")
    plan = Plan(
        tuple(_loaded(each, f"{name}: datasets[{at}]") for at, each in enumerate(datasets)),
        tuple(map(str, value.get("strange_files") or ())),
    )
    keys = [dataset.source for dataset in plan.datasets]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated is not None:
        raise PlanError(f"{name}: dataset {repeated} is there twice")
    plan.check()
    return plan


def _dumped(dataset: DatasetPlan) -> dict[str, Any]:
    value = asdict(dataset)
    value["names"] = list(dataset.names)
    value["decide"] = list(dataset.decide)
    return value


def _loaded(value: Any, where: str) -> DatasetPlan:
    if not isinstance(value, dict) or not isinstance(value.get("source"), dict):
        raise PlanError(f"{where} is not a dataset: it has no `source`")
    unknown = value.keys() - {"source", *EDITABLE}
    if unknown:
        raise PlanError(
            f"{where}: {', '.join(map(str, unknown))} is not known; valid: {', '.join(EDITABLE)}"
        )
    try:
        source = DatasetKey(**{key: str(text) for key, text in value["source"].items()})
        texts = {
            name: str(value[name])
            for name in ("endpoint", "deployment", "collection", "time_zone", "header")
            if name in value
        }
        if "under_one_name" in value:
            texts["under_one_name"] = str(value["under_one_name"])
        return DatasetPlan(
            source,
            **texts,
            skip=_flag(value.get("skip", False), where),
            names=tuple(map(str, value.get("names") or ())),
            columns={str(name): str(kind) for name, kind in _mapping(value, "columns", where)},
            decide=tuple(map(str, value.get("decide") or ())),
            found=dict(_mapping(value, "found", where)),
        )
    except TypeError as error:
        raise PlanError(f"{where}: {error}") from error


def _mapping(value: Mapping[str, Any], name: str, where: str) -> Any:
    found = value.get(name) or {}
    if not isinstance(found, dict):
        raise PlanError(f"{where}: {name} is not a mapping")
    return found.items()


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise PlanError(f"{where}: skip is {value!r}; valid: true, false")
    return value
