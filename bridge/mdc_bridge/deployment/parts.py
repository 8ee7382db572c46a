"""What the calls that deploy a service say of it, one by one: models, script, environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional

from .old_service import OldDeployment
from .old_settings import POSITIONAL_SETTINGS
from .remarks import described
from .seen import Call, Unknown

AKS = ("AksWebservice.deploy_configuration", "AksEndpoint.deploy_configuration")
FROM_IMAGE = "Webservice.deploy_from_image"
_NO_NAME = (dict, list, int, float)
_FROM_FILES = ("Environment.from_conda_specification", "Environment.from_pip_requirements")
CREATES, _UPDATES, DELETES = ".create_version", ".update_version", ".delete_version"
_NOT_SETTINGS = ("models", "inference_config", "is_default", "is_control_version_type")
_INFERENCE_LEFT = ("extra_docker_file_steps", "cuda_version", "enable_gpu", "base_image_registry")


def argument_of(deploy: Call, name: str, position: int) -> Any:
    """Return an argument of a call that deploys; an image stands in place of two."""
    return deploy.argument(name, position - (deploy.maker == FROM_IMAGE))


def inference_of(deploy: Call) -> Any:
    """Return the inference configuration of a call that deploys."""
    if deploy.maker == "Model.deploy":
        return deploy.argument("inference_config", 3)
    image = deploy.argument("image", 2) if deploy.maker == FROM_IMAGE else deploy
    return image.argument("image_config", 3) if isinstance(image, Call) else None


def service_name(deploy: Call) -> str:
    """Return the name of the service that a call deploys, for people where it is unknown."""
    name = deploy.argument("name", 1)
    return name if isinstance(name, str) else described(name)


def settings_given(configuration: Call) -> dict[str, Any]:
    """Return what a configuration was given, by the names of its arguments."""
    settings = dict(zip(POSITIONAL_SETTINGS, configuration.positional))
    settings.update(configuration.keywords)
    settings.update(configuration.attributes)
    return {name: value for name, value in settings.items() if value is not None}


def read_deploy(old: OldDeployment, deploy: Call) -> None:
    """Add what a call that deploys says: name, models, cluster."""
    old.name = deploy.argument("name", 1)
    image = deploy.argument("image", 2) if deploy.maker == FROM_IMAGE else deploy
    models = image.argument("models", 2) if isinstance(image, Call) else None
    if models is not None:
        old.models += models_of(models)
    target = argument_of(deploy, "deployment_target", 5)
    old.compute = _compute(target or (old.settings or {}).get("compute_target_name"))
    if "**" in deploy.keywords:
        old.leftovers["arguments"] = deploy.keywords["**"]


def models_of(given: Any) -> list[tuple[Any, Any]]:
    """Return name and version of each registered model of a list, or of one alone."""
    models = given if isinstance(given, list) else [given]
    return [_model_of(model) for model in models if model is not None]


def _model_of(model: Any) -> tuple[Any, Any]:
    if not isinstance(model, Call):
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
    if not isinstance(target, Call):
        return target
    if target.maker in ("AksCompute", "ComputeTarget", "ComputeTarget.create", "AksCompute.create"):
        return target.argument("name", 1)
    return Unknown(f"{target.maker}(...)", target.place)


def read_inference(old: OldDeployment, inference: Call) -> None:
    """Add what an inference configuration says."""
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
    if isinstance(environment, Call):
        read_environment(old, environment)
    elif environment is not None:
        old.environment = (environment, None)


def read_environment(old: OldDeployment, environment: Call) -> None:
    """Add what an `Environment` of SDK v1 says: packages, image, variables."""
    if environment.maker == "Environment.get":
        old.environment = (environment.argument("name", 1), environment.argument("version", 2))
    elif environment.maker == ".clone" and environment.origin is not None:
        read_environment(old, environment.origin)
    elif environment.maker in _FROM_FILES:
        old.conda_file = environment.argument("file_path", 1)
    elif environment.maker == "Environment.from_docker_image":
        old.image = environment.argument("image", 1)
        old.conda_file = environment.argument("conda_specification", 3)
    attributes = environment.attributes
    dependencies = attributes.get("python.conda_dependencies")
    if isinstance(dependencies, Call):
        old.conda = conda_of(dependencies)
    elif dependencies is not None:
        old.conda_file = dependencies
    _add_packages(old, environment)
    old.image = attributes.get("docker.base_image") or old.image
    variables = attributes.get("environment_variables")
    if isinstance(variables, dict):
        old.variables.update(variables)
    elif variables is not None:
        old.leftovers["environment_variables"] = variables
    for name in ("docker.base_dockerfile", "docker.arguments", "spark.packages"):
        if attributes.get(name) is not None:
            old.leftovers[name] = attributes[name]
    if old.environment is not None and old.conda is not None:
        base = described(old.environment[0])
        old.leftovers["Environment.get"] = (
            f"the packages in {base} are not known: add them to conda.yml"
        )
        old.environment = None


def _add_packages(old: OldDeployment, environment: Call) -> None:
    """Take the packages that are added to an environment of its own."""
    prefix = "python.conda_dependencies."
    added = Call("CondaDependencies", [], {}, environment.place)
    added.calls = [
        (path[len(prefix) :], positional, keywords)
        for path, positional, keywords in environment.calls
        if path.startswith(prefix)
    ]
    if added.calls:
        packages = conda_of(added)["dependencies"]
        old.conda = old.conda or {"dependencies": []}
        old.conda["dependencies"] = _merged(old.conda["dependencies"], packages)


def conda_of(described: Call) -> dict[str, Any]:
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
        Unknown(described(each), "of the wrong type") if isinstance(each, _NO_NAME) else each
        for each in (value if isinstance(value, list) else [value])
    ]


def _merged(first: list[Any], second: list[Any]) -> list[Any]:
    pip = [name for each in (*first, *second) if isinstance(each, dict) for name in each["pip"]]
    others = [each for each in (*first, *second) if not isinstance(each, dict)]
    return [*others, {"pip": pip}] if pip else others


def versions_of(calls: Sequence[Call], deploy: Optional[Call]) -> list[tuple[str, Call]]:
    """Return the calls that make or change versions of one endpoint, with the version's name.

    Args:
        calls: of the code.
        deploy: the one that deploys the service; a call on what another one returned is of another
            endpoint.
    """
    others = [each for each in calls if each.maker == "Model.deploy" and each is not deploy]
    return [
        (str(each.argument("version_name", 0)), each)
        for each in calls
        if each.maker in (CREATES, _UPDATES, DELETES) and each.origin not in others
    ]


def settings_of(call: Call) -> dict[str, Any]:
    """Return the settings that a call gives a version."""
    given = {name: value for name, value in call.keywords.items() if name not in _NOT_SETTINGS}
    if call.positional:
        given.setdefault("version_name", call.positional[0])
    return {name: value for name, value in given.items() if value is not None}


def derived(old: OldDeployment) -> OldDeployment:
    """Return a deployment that goes out from another one, to be changed by itself."""
    return replace(
        old,
        settings=dict(old.settings or {}),
        leftovers=dict(old.leftovers),
        variables=dict(old.variables),
        models=list(old.models),
        notes=[],
        versions=[],
    )
