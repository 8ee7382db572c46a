"""What a deployment of the old SDK says, wherever it says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from mdc_core.errors import MdcError

from ..scripts.sources import Source


class DeploymentError(MdcError, ValueError):
    """There is no deployment in what was given, or more than one."""


@dataclass
class OldDeployment:
    """One web service of SDK v1; every value may be `Unknown`.

    Attributes:
        folder: that paths are relative to.
        settings: of `deploy_configuration`, by the names of its arguments; None when nothing is
            known of them.
        name: of the service.
        models: name and version (None for the latest) of each registered model.
        script: the scoring script, as given.
        source: its folder, as given.
        environment: name and version of an environment that is registered in the workspace.
        conda_file: as given.
        conda: what the code says of dependencies: None, or a conda environment.
        image: base image.
        variables: of the environment.
        compute: name of the cluster.
        leftovers: other settings by name, none of which has a counterpart.
        written: files that cells of the notebook write, by name.
    """

    folder: Path = field(default_factory=Path)
    settings: Optional[dict[str, Any]] = None
    name: Any = None
    models: list[tuple[Any, Any]] = field(default_factory=list)
    script: Any = None
    source: Any = None
    environment: Optional[tuple[Any, Any]] = None
    conda_file: Any = None
    conda: Optional[dict[str, Any]] = None
    image: Any = None
    variables: dict[str, Any] = field(default_factory=dict)
    compute: Any = None
    leftovers: dict[str, Any] = field(default_factory=dict)
    written: dict[str, list[Source]] = field(default_factory=dict)
