"""What the calls that deploy a service say of it, one by one."""

from __future__ import annotations

from typing import Any

from .environment import read_environment
from .old_service import OldDeployment
from .old_settings import POSITIONAL_SETTINGS
from .remarks import described
from .seen import Made, Unknown

AKS = ("AksWebservice.deploy_configuration", "AksEndpoint.deploy_configuration")
FROM_IMAGE = "Webservice.deploy_from_image"
_INFERENCE_LEFT = ("extra_docker_file_steps", "cuda_version", "enable_gpu", "base_image_registry")


def argument_of(deploy: Made, name: str, position: int) -> Any:
    """Return an argument of a call that deploys; an image stands in place of two."""
    return deploy.argument(name, position - (deploy.maker == FROM_IMAGE))


def inference_of(deploy: Made) -> Any:
    """Return the inference configuration of a call that deploys."""
    if deploy.maker == "Model.deploy":
        return deploy.argument("inference_config", 3)
    image = deploy.argument("image", 2) if deploy.maker == FROM_IMAGE else deploy
    return image.argument("image_config", 3) if isinstance(image, Made) else None


def service_name(deploy: Made) -> str:
    """Return the name of the service that a call deploys, for people where it is unknown."""
    name = deploy.argument("name", 1)
    return name if isinstance(name, str) else described(name)


def settings_given(configuration: Made) -> dict[str, Any]:
    """Return what a configuration was given, by the names of its arguments."""
    settings = dict(zip(POSITIONAL_SETTINGS, configuration.positional))
    settings.update(configuration.keywords)
    settings.update(configuration.attributes)
    return {name: value for name, value in settings.items() if value is not None}


def read_deploy(old: OldDeployment, deploy: Made) -> None:
    """Add what a call that deploys says: name, models, cluster."""
    old.name = deploy.argument("name", 1)
    image = deploy.argument("image", 2) if deploy.maker == FROM_IMAGE else deploy
    models = image.argument("models", 2) if isinstance(image, Made) else None
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


def read_inference(old: OldDeployment, inference: Made) -> None:
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
    if isinstance(environment, Made):
        read_environment(old, environment)
    elif environment is not None:
        old.environment = (environment, None)
