"""Reading what there is of an old deployment: code, configurations, script, dependencies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from mdc_core.errors import StoreError

from ..requirements import requirement_lines
from ..scripts import Source, find_scripts
from ..scripts.analysis import programs
from ..scripts.parsing import parse
from ..scripts.reading import read_parts
from ..scripts.sources import UnreadableScript
from ..yaml_text import load
from .code import calls_in
from .conda import CONDA
from .config_files import (
    CONFIG_SUFFIXES,
    configs_below,
    is_deployment_config,
    is_inference_config,
    note_unused,
    read_config,
    read_deployment_config,
    read_inference_config,
    text_of,
)
from .old_service import DeploymentError, OldDeployment, no_deployment
from .old_settings import check_types
from .options import DeploymentOptions
from .remarks import Remarks, is_unknown
from .service_code import from_code

_HINTS = ("deploy_configuration", "Model.deploy", "Webservice.deploy", "create_version")


def read_old(sources: Sequence[str], options: DeploymentOptions) -> OldDeployment:
    """Return the one deployment that files describe; an empty one without files.

    Raises:
        DeploymentError: there is none, or there are several.
        StoreError: a file cannot be read or understood.
    """
    if not sources:
        return OldDeployment()
    configs = [(each, read_config(each)) for each in sources if each.endswith(CONFIG_SUFFIXES)]
    code = [each for each in sources if not each.endswith(CONFIG_SUFFIXES)]
    old: Optional[OldDeployment] = None
    if code:
        try:
            old = _from_code(code, options)
        except DeploymentError:
            configs += configs_below(code)
            if not configs:
                raise
        else:
            note_unused(old, code, [path for path, _ in configs])
    old = old or OldDeployment(Path(configs[0][0]).parent)
    _one_of_each(configs)
    for path, content in configs:
        if is_deployment_config(content):
            read_deployment_config(old, content)
        elif is_inference_config(content):
            old.folder = Path(path).parent
            read_inference_config(old, content)
        else:
            raise DeploymentError(
                f"{path} is not a configuration of az ml model deploy; valid: JSON or YAML with "
                "computeType or with entryScript"
            )
    check_types(old)
    return old


def _one_of_each(configs: Sequence[tuple[str, Any]]) -> None:
    for is_kind in (is_deployment_config, is_inference_config):
        paths = [path for path, content in configs if is_kind(content)]
        if len(paths) > 1:
            raise DeploymentError(f"several configurations; choose one of them: {', '.join(paths)}")


def _from_code(paths: Sequence[str], options: DeploymentOptions) -> OldDeployment:
    scripts, unreadable = find_scripts(paths)
    problems = list(unreadable)
    deployments: dict[str, OldDeployment] = {}
    refusals: list[DeploymentError] = []
    without_hint: list[Source] = []
    for path in scripts:
        sources, written, unread = read_parts(path)
        problems += unread
        if not any(hint in source.text for source in sources for hint in _HINTS):
            without_hint += [source for source in sources if source.written_to is None]
            continue
        try:
            deployments[path] = _from_script(path, sources, options)
            deployments[path].texts = {each.name: each.text for each in written if each.name}
        except DeploymentError as error:
            refusals.append(error)
    raise_first(problems)
    if len(deployments) > 1:
        shown = "; ".join(_shown(path, old) for path, old in deployments.items())
        raise DeploymentError(f"several files deploy services; choose one of them: {shown}")
    if deployments:
        return next(iter(deployments.values()))
    if refusals:
        raise refusals[0]
    parsed = map(parse, without_hint)
    raise_first([each for each in parsed if isinstance(each, UnreadableScript)])
    raise no_deployment(f"in {', '.join(paths)}")


def _shown(path: str, old: OldDeployment) -> str:
    place = f"{path}, {old.place}" if old.place else path
    return f"{place} ({old.name})" if isinstance(old.name, str) else place


def _from_script(path: str, sources: Sequence[Source], options: DeploymentOptions) -> OldDeployment:
    trees = []
    for source in sources:
        if source.written_to is None:
            parsed = parse(source)
            if isinstance(parsed, UnreadableScript):
                raise _error_of(parsed)
            trees.append((source, parsed))
    try:
        calls = calls_in(trees)
    except RecursionError as error:
        problem = UnreadableScript(path, "is nested too deeply to be followed")
        raise _error_of(problem) from error
    old = from_code(calls, Path(path).parent, options.service)
    for program in programs(sources):
        if program[0].written_to is not None:
            old.written[program[0].written_to] = list(program)
    for version in old.versions:
        version.written, version.folder = old.written, old.folder
    return old


def raise_first(problems: Sequence[UnreadableScript]) -> None:
    """Raise the first of what could not be read.

    Raises:
        StoreError: there is one.
    """
    for problem in problems:
        raise _error_of(problem)


def _error_of(problem: UnreadableScript) -> StoreError:
    line = f", line {problem.line}" if problem.line else ""
    cell = f", cell {problem.cell}" if problem.cell else ""
    return StoreError(f"{problem.path}{cell}{line} {problem.reason}")


def read_conda(old: OldDeployment, options: DeploymentOptions, remarks: Remarks) -> Any:
    """Return the conda environment of an old deployment, None when nothing is known of it.

    Raises:
        StoreError: a file of it cannot be read or understood.
    """
    if options.conda_file is not None:
        return _conda_file(Path(options.conda_file))
    named = (old.conda or {}).get("file") or old.conda_file
    if isinstance(named, str):
        source = old.source if isinstance(old.source, str) else ""
        for path in (old.folder / source / named, old.folder / named):
            if path.is_file():
                return _conda_file(path)
        for name, text in old.texts.items():
            if os.path.basename(name) == os.path.basename(named):
                return _conda_text(text, Path(name))
        if not (old.conda and old.conda.get("dependencies")):
            remarks.needs_value(CONDA, f"{named} was not found: add the packages of the model")
            return {"dependencies": ["pip"]}
    elif is_unknown(named):
        remarks.known(CONDA, named)
    return old.conda


def _conda_file(path: Path) -> Any:
    return _conda_text(text_of(path), path)


def _conda_text(text: str, path: Path) -> Any:
    if path.suffix == ".txt":
        return {"dependencies": [{"pip": [line for _, line in requirement_lines(text)]}]}
    content = load(text, str(path))
    if not isinstance(content, dict) or not isinstance(content.get("dependencies", []), list):
        raise StoreError(f"{path} is not a conda environment; valid: YAML with dependencies")
    return content
