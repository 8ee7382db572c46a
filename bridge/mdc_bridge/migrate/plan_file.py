"""Plans as YAML that people read and change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from typing import Any, TypeVar

from mdc_core.errors import PlanError, StoreError

from ..archive.places import LeftOut
from ..yaml_text import dump, load
from .dataset_key import DatasetKey
from .plan import DatasetPlan, Plan

_EDITABLE = tuple(each.name for each in fields(DatasetPlan) if each.name != "source")
_T = TypeVar("_T")
_FORMAT = 1
_TEXTS = (
    "endpoint",
    "deployment",
    "collection",
    "time_zone",
    "encoding",
    "header",
    "under_one_name",
)
_HEAD = """\
# What `mdc-bridge migrate` does with each dataset. Change what is not right:
#   skip_existing: false               also convert rows that are already in collected lines
#   endpoint, deployment, collection   where the lines go
#   skip: true                         leave the dataset out
#   merge: true                        its lines may share a folder with those of others
#   time_zone                          of timestamps without a zone and of the folders' dates
#   encoding                           auto (UTF-8, or what a byte order mark says), or a name
#                                      such as latin-1 or cp1252
#   header                             auto, present or absent
#   names                              of the columns in files without a header; for a single name
#                                      see under_one_name
#   under_one_name                     rows: several cells under one name are rows of that column;
#                                      columns: they are one row
#   columns                            integer, number, boolean or string
# `decide` says what to look at, and `found` what there is; migrate reads neither.
"""


def dump_plan(plan: Plan) -> str:
    """Return a plan as YAML."""
    return _HEAD + dump(plan_to_json(plan), width=100)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as the values that its YAML holds, for machines."""
    return {
        "format": _FORMAT,
        "skip_existing": plan.skip_existing,
        "datasets": [
            {**asdict(each), "names": list(each.names), "decide": list(each.decide)}
            for each in plan.datasets
        ],
        "unrecognized_files": [asdict(file) for file in plan.left_out],
    }


def load_plan(text: str, name: str) -> Plan:
    """Return the plan that a YAML text is.

    Args:
        text: as `dump_plan` made it, changed or not.
        name: of the file, for errors.

    Raises:
        PlanError: when it is none; the message says where and what is valid.
    """
    try:
        value = load(text, name)
    except StoreError as error:
        raise PlanError(str(error)) from error
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise PlanError(f"{name} is not a plan; valid: a file that `mdc-bridge plan` wrote")
    datasets = value.get("datasets")
    if not isinstance(datasets, list):
        raise PlanError(f"{name}: datasets is {datasets!r}; valid: a list")
    plan = Plan(
        tuple(_loaded(each, f"{name}: datasets[{at}]") for at, each in enumerate(datasets)),
        tuple(_left_out(value, name)),
        _flag(value, "skip_existing", name, default=True),
    )
    keys = [dataset.source for dataset in plan.datasets]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated is not None:
        raise PlanError(f"{name}: dataset {repeated} is listed twice")
    try:
        plan.check()
    except PlanError as error:
        raise PlanError(f"{name}: {error}") from None
    return plan


def _loaded(value: Any, where: str) -> DatasetPlan:
    if not isinstance(value, dict):
        raise PlanError(f"{where} is not a dataset: it has no `source`")
    source = _source(value.get("source"), where)
    where = f"{where} ({source})"
    unknown = value.keys() - {"source", *_EDITABLE}
    if unknown:
        raise PlanError(
            f"{where}: {', '.join(map(str, unknown))} is not known; valid: {', '.join(_EDITABLE)}"
        )
    texts: dict[str, Any] = {
        name: _text(value[name], f"{where}: {name}") for name in _TEXTS if name in value
    }
    columns: dict[Any, Any] = _optional(value, "columns", where, {}, "a mapping")
    return replace(
        DatasetPlan.new(source),
        **texts,
        skip=_flag(value, "skip", where),
        merge=_flag(value, "merge", where),
        names=tuple(_texts(value, "names", where)),
        columns={
            _text(name, f"{where}: columns: {name}"): _text(kind, f"{where}: columns: {name}")
            for name, kind in columns.items()
        },
        decide=tuple(_texts(value, "decide", where)),
        found=_optional(value, "found", where, {}, "a mapping"),
    )


def _source(value: Any, where: str) -> DatasetKey:
    keys = [each.name for each in fields(DatasetKey)]
    if not isinstance(value, dict) or not set(keys[:-1]) <= value.keys() <= set(keys):
        raise PlanError(
            f"{where} has no `source` as `mdc-bridge plan` wrote it; valid: a mapping of "
            + ", ".join(keys)
        )
    return DatasetKey(
        **{key: _text(text, f"{where}: source: {key}", "") for key, text in value.items()}
    )


def _text(value: Any, where: str, hint: str = " (in quotes, if YAML takes it for another)") -> str:
    if isinstance(value, str) or type(value) is int:
        return str(value)
    raise PlanError(f"{where} is {value!r}; valid: a text{hint}")


def _texts(value: Mapping[str, Any], name: str, where: str) -> list[str]:
    texts: list[Any] = _optional(value, name, where, [], "a list of texts")
    return [_text(text, f"{where}: {name}") for text in texts]


def _left_out(value: Mapping[str, Any], name: str) -> Iterator[LeftOut]:
    """Yield the files that the plan leaves out; older plans call them `strange_files`."""
    for path in _texts(value, "strange_files", name):
        yield LeftOut(path, "")
    files = value.get("unrecognized_files") or []
    for file in files if isinstance(files, list) else [files]:
        try:
            yield LeftOut(**file)
        except TypeError:
            raise PlanError(
                f"{name}: unrecognized_files holds {file!r}; valid: as `mdc-bridge plan` wrote it"
            ) from None


def _optional(value: Mapping[str, Any], name: str, where: str, default: _T, valid: str) -> _T:
    """Return a value of the type of its default, which stands for none."""
    given = value.get(name)
    if given is None:
        return default
    if not isinstance(given, type(default)):
        raise PlanError(f"{where}: {name} is {given!r}; valid: {valid}")
    return given


def _flag(value: Mapping[str, Any], name: str, where: str, default: bool = False) -> bool:
    given = value.get(name, default)
    if not isinstance(given, bool):
        raise PlanError(f"{where}: {name} is {given!r}; valid: true, false")
    return given
