"""What a deployment of the old SDK says, wherever it says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from mdc_core.errors import MdcError

from ..scripts.sources import Source


class DeploymentError(MdcError, ValueError):
    """There is no deployment in what was given, or more than one."""


def no_deployment(where: str) -> DeploymentError:
    """Return the error of code that deploys nothing to AKS."""
    return DeploymentError(
        f"no deployment to AKS {where}; valid: code with AksWebservice.deploy_configuration(...) "
        "and Model.deploy(...), or files of az ml model deploy"
    )


@dataclass
class OldDeployment:
    """One web service of SDK v1; every value may be `Unknown`.

    Attributes:
        folder: that paths are relative to.
        place: of the call that deploys, such as `line 12`; "" where there is none.
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
        written: scripts that cells of the notebook write, by name.
        texts: other files that they write, by name.
        notes: further remarks, by what they are about.
        versions: further versions of an endpoint.
    """

    folder: Path = field(default_factory=Path)
    place: str = ""
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
    texts: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    versions: list[OldDeployment] = field(default_factory=list)

    @property
    def places_of_script(self) -> dict[Path, Path]:
        """Where the scoring script may be, by the folder that paths are relative to then.

        Beside the code, or below the current folder; nowhere when its name is not known.
        """
        if not isinstance(self.script, str):
            return {}
        source = self.source if isinstance(self.source, str) else ""
        return {root: root / source / self.script for root in (self.folder, Path())}
