"""Old deployment files in, the files of the new deployment out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from mdc_core.errors import SettingsError
from mdc_core.names import legal_deployment
from mdc_core.storage import Folder, parse_storage

from ..arguments import AnyPath, AnyPaths, paths_of, place_text
from ..files.folder import FolderFiles
from ..yaml_text import dump
from .conda import make_conda
from .new_files import NewFiles
from .old_service import OldDeployment
from .options import DeploymentOptions
from .reading import read_conda, read_old
from .remarks import FILL_IN, Kind, Remark, Remarks
from .scoring_script import read_scoring_script

DEPLOYMENT, ENDPOINT = "deployment.yml", "endpoint.yml"


@dataclass(frozen=True)
class NewDeployment:
    """The files of an online deployment.

    Attributes:
        files: text by name: `deployment.yml`, `endpoint.yml`, and `conda.yml` unless the
            environment is one that is registered in the workspace; of further versions of the
            endpoint `deployment-NAME.yml` and `conda-NAME.yml`.
        remarks: what needs a value, has no counterpart, or is different.
    """

    files: dict[str, str]
    remarks: tuple[Remark, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing needs a value and all has a counterpart."""
        return all(remark.kind is Kind.CHANGED for remark in self.remarks)


def deployment(
    sources: AnyPaths = (),
    options: Optional[DeploymentOptions] = None,
    base: AnyPath = ".",
) -> NewDeployment:
    """Return the files of an online deployment that does what an AKS service did.

    Args:
        sources: one or several files of deployment code (`.py`, notebooks, folders of them), or
            the JSON or YAML files of `az ml model deploy`; none when the options give everything.
        options: arguments, which take precedence over the sources.
        base: folder that the files will be in: paths in them are relative to it.

    Returns:
        the files and what is to be said about them.

    Raises:
        DeploymentError: no AKS deployment is made in the sources, or several are.
        StoreError: a file cannot be read or understood.
        SettingsError: an option is not valid.
    """
    options = options or DeploymentOptions()
    old = read_old(paths_of(sources), options)
    contents: dict[str, Any] = {}
    remarks: dict[str, Remarks] = {}
    versions = []
    for number, version in enumerate([old, *old.versions], 1):
        suffix = "" if version is old else _suffix(version, number)
        file = f"deployment{suffix}.yml"
        remarks[file] = Remarks()
        new, files = _files_of(version, options, remarks[file], Path(base), suffix)
        contents[file] = files.pop(file)
        if version is old:
            endpoint = new.endpoint_name
            contents[ENDPOINT] = new.endpoint()
        contents.update(files)
        versions.append((new.name, version))
    _remark_on_traffic(versions, endpoint, remarks[DEPLOYMENT])
    texts = {name: dump(content) for name, content in contents.items()}
    every: list[Remark] = []
    for file, each in remarks.items():
        texts[file] = _heading(_sorted(each.all)) + texts[file]
        known = {remark.text for remark in every}
        prefix = "" if file == DEPLOYMENT else f"{file}: "
        every += [
            replace(remark, key=f"{prefix}{remark.key}")
            for remark in each.all
            if not prefix or remark.text not in known
        ]
    return NewDeployment(texts, _sorted(every))


def _files_of(
    old: OldDeployment, options: DeploymentOptions, remarks: Remarks, base: Path, suffix: str
) -> tuple[NewFiles, dict[str, Any]]:
    """Return what makes a deployment, and its files but the endpoint's."""
    conda = f"conda{suffix}.yml"
    script = read_scoring_script(old, options, remarks)
    new = NewFiles(old, options, script, remarks, base, conda)
    deployment_file = new.deployment()
    files = {f"deployment{suffix}.yml": deployment_file}
    if isinstance(deployment_file["environment"], dict):
        needs_core = script is not None and script.needs_core
        files[conda] = make_conda(read_conda(old, options, remarks), needs_core, remarks)
    return new, files


def _remark_on_traffic(
    versions: Sequence[tuple[str, OldDeployment]], endpoint: str, remarks: Remarks
) -> None:
    """Remark on how the requests were shared between the versions."""
    percents = [(name, (old.settings or {}).get("traffic_percentile")) for name, old in versions]
    if all(percent is None for _, percent in percents):
        return
    shares = {
        name: FILL_IN if percent is None else remarks.known(f"traffic of {name}", percent)
        for name, percent in percents
    }
    given = " ".join(f"{name}={percent}" for name, percent in shares.items())
    remarks.lost(
        "traffic_percentile",
        "traffic is set once the deployments exist: az ml online-endpoint update "
        f'--name {endpoint} --traffic "{given}"',
    )


def _suffix(version: OldDeployment, number: int) -> str:
    """Return what the names of a version's files end in."""
    name = (version.settings or {}).get("version_name")
    return f"-{legal_deployment(name)}" if isinstance(name, str) else f"-{number}"


def _sorted(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    order = list(Kind)
    return tuple(sorted(remarks, key=lambda remark: order.index(remark.kind)))


def _heading(remarks: Iterable[Remark]) -> str:
    return "".join(f"# {each.kind.value}: {each.key}: {each.text}\n" for each in remarks)


def write_files(made: NewDeployment, folder: AnyPath, force: bool = False) -> list[Path]:
    """Write the files of a deployment to a folder, each of them whole.

    Args:
        made: the deployment.
        folder: its path or `file://` URL; made when missing.
        force: write over files that are there.

    Returns:
        the files.

    Raises:
        SettingsError: it is not a folder, or a file is there and `force` was not given; nothing is
            written then.
        StoreError: a file cannot be written.
    """
    root = local_folder(folder)
    there = [str(root / name) for name in made.files if (root / name).exists()]
    if there and not force:
        raise SettingsError(f"{', '.join(there)} would be overwritten; --force overwrites them")
    files = FolderFiles(root)
    for name, text in made.files.items():
        files.write(name, text.encode())
    return [root / name for name in made.files]


def local_folder(place: AnyPath) -> Path:
    """Return the folder that a path or `file://` URL names.

    Raises:
        SettingsError: it is something else; `az` reads deployments from folders.
    """
    storage = parse_storage(place_text(place), "output")
    if not isinstance(storage, Folder):
        raise SettingsError("output: az reads deployments from folders; give a folder")
    return storage.path
