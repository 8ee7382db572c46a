"""What a deployment of the old SDK says, wherever it says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from mdc_core.errors import MdcError

from ..scripts.sources import Source
from .remarks import described
from .signatures import CONFIGURATION
from .values import Made, Unknown


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


_AKS = ("AksWebservice.deploy_configuration", "AksEndpoint.deploy_configuration")
_ACI = "AciWebservice.deploy_configuration"
_DEPLOYS = ("Model.deploy", "Webservice.deploy_from_model", "Webservice.deploy_from_image")
_OTHER_DEPLOYS = ("Webservice.deploy", "AksEndpoint.deploy")
_INFERENCES = ("InferenceConfig", "ContainerImage.image_configuration")
_NO_NAME = (dict, list, int, float)
_FROM_FILES = ("Environment.from_conda_specification", "Environment.from_pip_requirements")
_INFERENCE_LEFT = ("extra_docker_file_steps", "cuda_version", "enable_gpu", "base_image_registry")


def from_code(made: Sequence[Made], folder: Path, service: Optional[str] = None) -> OldDeployment:
    """Return the AKS deployment that code makes.

    Args:
        made: what its calls made, see `made_in`.
        folder: of the code.
        service: name of the one that is meant, where there are several.

    Raises:
        DeploymentError: there is none, or several; the message names them.
    """
    deploy, configuration = _chosen(made, service)
    old = OldDeployment(folder)
    if isinstance(configuration, Made):
        old.settings = _settings(configuration)
    elif configuration is None:
        old.settings = {}
    else:
        old.leftovers["deployment_config"] = configuration
    settings = old.settings or {}
    if deploy is not None:
        _read_deploy(old, deploy)
    inference = deploy.argument("inference_config", 3) if deploy is not None else None
    if not isinstance(inference, Made):
        inference = _only(made, _INFERENCES) or inference
    if isinstance(inference, Made):
        _read_inference(old, inference)
    else:
        old.script = inference
    if old.conda is None:
        described = _only(made, ("CondaDependencies", "CondaDependencies.create"))
        old.conda = _conda(described) if described is not None else None
    for update in made:
        if update.maker == ".update" and "collect_model_data" in update.keywords:
            settings.setdefault("collect_model_data", update.keywords["collect_model_data"])
    if settings:
        old.settings = settings
    return old


def _chosen(made: Sequence[Made], service: Optional[str]) -> tuple[Optional[Made], Any]:
    """Return the call that deploys and its configuration.

    One that a function of the script returns is not seen at the call; it is found when it is the
    only one.
    """
    alone = _only(made, _AKS)
    deploys = [each for each in made if each.maker in (*_DEPLOYS, *_OTHER_DEPLOYS)]
    pairs = [(each, each.argument("deployment_config", 4)) for each in deploys]
    to_aks = [(d, c) for d, c in pairs if isinstance(c, Made) and c.maker in _AKS]
    unseen = [(d, c if c is None else alone or c) for d, c in pairs if not _is_other(c)]
    chosen = to_aks or unseen
    if service is not None:
        chosen = [(d, c) for d, c in chosen if _service_name(d) == service]
    names = list(dict.fromkeys(_service_name(d) for d, _ in chosen))
    if len(names) > 1:
        raise DeploymentError(
            f"several services are deployed; choose one with --service: {', '.join(names)}"
        )
    if chosen:
        return chosen[-1]
    if service is not None:
        found = ", ".join(_service_name(each) for each in deploys) or "none"
        raise DeploymentError(f"service {service} is not deployed here; deployed are: {found}")
    configurations = [each for each in made if each.maker in _AKS]
    if not configurations:
        raise DeploymentError(
            "no deployment to AKS is made here; valid: code with "
            "AksWebservice.deploy_configuration(...) and Model.deploy(...), or JSON files of "
            "az ml model deploy"
        )
    return None, configurations[-1]


def _is_other(configuration: Any) -> bool:
    return isinstance(configuration, Made) and configuration.maker not in _AKS


def _service_name(deploy: Made) -> str:
    name = deploy.argument("name", 1)
    return name if isinstance(name, str) else described(name)


def _only(made: Sequence[Made], makers: Sequence[str]) -> Optional[Made]:
    found = [each for each in made if each.maker in makers]
    return found[0] if len(found) == 1 else None


def _settings(configuration: Made) -> dict[str, Any]:
    settings = dict(zip(CONFIGURATION, configuration.positional))
    settings.update(configuration.keywords)
    settings.update(configuration.attributes)
    return {name: value for name, value in settings.items() if value is not None}


def _read_deploy(old: OldDeployment, deploy: Made) -> None:
    old.name = deploy.argument("name", 1)
    models = (
        deploy.argument("models", 2) if deploy.maker != "Webservice.deploy_from_image" else None
    )
    for model in models if isinstance(models, list) else [models]:
        if model is not None:
            old.models.append(_model(model))
    target = deploy.argument("deployment_target", 5) or (old.settings or {}).get(
        "compute_target_name"
    )
    old.compute = _compute(target)
    if "**" in deploy.keywords:
        old.leftovers["arguments"] = deploy.keywords["**"]


def _model(model: Any) -> tuple[Any, Any]:
    if not isinstance(model, Made):
        return model, None
    if model.maker == "Model.register":
        return model.argument("model_name", 2), None
    if model.maker == "Model":
        name, version = model.argument("name", 1), model.argument("version", 5)
        if isinstance(name, str) and version is None and ":" in name:
            name, _, version = name.partition(":")
        return name, version
    if model.maker == ".register_model":
        return model.argument("model_name"), None
    return Unknown(f"{model.maker.lstrip('.')}(...)", model.place), None


def _compute(target: Any) -> Any:
    if not isinstance(target, Made):
        return target
    if target.maker in ("AksCompute", "ComputeTarget", "ComputeTarget.create", "AksCompute.create"):
        return target.argument("name", 1)
    return Unknown(f"{target.maker}(...)", target.place)


def _read_inference(old: OldDeployment, inference: Made) -> None:
    old.script = inference.argument("entry_script", 0) or inference.argument("execution_script", 0)
    old.source = inference.argument("source_directory", 4)
    old.conda_file = inference.argument("conda_file", 2)
    old.image = inference.argument("base_image", 7)
    runtime = inference.argument("runtime", 1)
    if runtime not in (None, "python"):
        old.leftovers["runtime"] = runtime
    for name in _INFERENCE_LEFT:
        if inference.argument(name) not in (None, False):
            old.leftovers[name] = inference.argument(name)
    environment = inference.argument("environment", 10)
    if isinstance(environment, Made):
        _read_environment(old, environment)
    elif environment is not None:
        old.environment = (environment, None)


def _read_environment(old: OldDeployment, environment: Made) -> None:
    if environment.maker == "Environment.get":
        old.environment = (environment.argument("name", 1), environment.argument("version", 2))
        return
    if environment.maker == ".clone":
        _read_environment(old, environment.attributes["of"])
    elif (
        environment.maker == "Environment.from_conda_specification"
        or environment.maker == "Environment.from_pip_requirements"
    ):
        old.conda_file = environment.argument("file_path", 1)
    elif environment.maker == "Environment.from_docker_image":
        old.image = environment.argument("image", 1)
        old.conda_file = environment.argument("conda_specification", 3)
    said = environment.attributes
    dependencies = said.get("python.conda_dependencies")
    if isinstance(dependencies, Made):
        old.conda = _conda(dependencies)
    elif dependencies is not None:
        old.conda_file = dependencies
    _add_packages(old, environment)
    old.image = said.get("docker.base_image") or old.image
    variables = said.get("environment_variables")
    if isinstance(variables, dict):
        old.variables.update(variables)
    elif variables is not None:
        old.leftovers["environment_variables"] = variables
    for name in ("docker.base_dockerfile", "docker.arguments", "spark.packages"):
        if said.get(name) is not None:
            old.leftovers[name] = said[name]


def _add_packages(old: OldDeployment, environment: Made) -> None:
    """Take the packages that are added to an environment of its own."""
    prefix = "python.conda_dependencies."
    added = Made("CondaDependencies", [], {}, environment.place)
    added.calls = [
        (path[len(prefix) :], positional, keywords)
        for path, positional, keywords in environment.calls
        if path.startswith(prefix)
    ]
    if added.calls:
        packages = _conda(added)["dependencies"]
        old.conda = old.conda or {"dependencies": []}
        old.conda["dependencies"] = _merged(old.conda["dependencies"], packages)


def _conda(described: Made) -> dict[str, Any]:
    """Return the conda environment that a `CondaDependencies` describes."""
    file = described.argument("conda_dependencies_file_path", 0)
    pip = _listed(described.argument("pip_packages", 1))
    packages = _listed(described.argument("conda_packages", 2))
    if described.maker == "CondaDependencies" and file is not None:
        return {"file": file, "dependencies": []}
    version = described.argument("python_version", 3)
    for path, positional, keywords in described.calls:
        given = positional[0] if positional else next(iter(keywords.values()), None)
        if path == "add_pip_package":
            pip += _listed(given)
        elif path == "add_conda_package":
            packages += _listed(given)
        elif path == "set_python_version":
            version = given
    if version is not None:
        packages[:0] = [f"python={version}"] if isinstance(version, str) else _listed(version)
    return {"dependencies": _merged([], [*packages, {"pip": pip}] if pip else packages)}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [
        Unknown(described(each), "of another type than it takes")
        if isinstance(each, _NO_NAME)
        else each
        for each in (value if isinstance(value, list) else [value])
    ]


def _merged(first: list[Any], second: list[Any]) -> list[Any]:
    pip = [name for each in (*first, *second) if isinstance(each, dict) for name in each["pip"]]
    others = [each for each in (*first, *second) if not isinstance(each, dict)]
    return [*others, {"pip": pip}] if pip else others
