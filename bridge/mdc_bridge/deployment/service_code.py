"""The AKS service that deployment code makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

from .environment import conda_of, read_environment
from .old import DeploymentError, OldDeployment
from .remarks import described
from .signatures import CONFIGURATION
from .values import Made, Unknown
from .versions import CREATES, DELETES, derived, settings_of, versions_of

_AKS = ("AksWebservice.deploy_configuration", "AksEndpoint.deploy_configuration")
_ACI = "AciWebservice"
_FROM_IMAGE = "Webservice.deploy_from_image"
_DEPLOYS = ("Model.deploy", "Webservice.deploy_from_model", _FROM_IMAGE)
_OTHER_DEPLOYS = ("Webservice.deploy", "AksEndpoint.deploy")
_INFERENCES = ("InferenceConfig", "ContainerImage.image_configuration")
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
    calls = [each for each in (deploy, configuration) if isinstance(each, Made)]
    old = OldDeployment(folder, place=calls[0].place if calls else "")
    if isinstance(configuration, Made):
        old.settings = _settings(configuration)
    elif configuration is None:
        old.settings = {}
    else:
        old.leftovers["deployment_config"] = configuration
    settings = old.settings or {}
    if deploy is not None:
        _read_deploy(old, deploy)
    inference = _inference(deploy) if deploy is not None else None
    if not isinstance(inference, Made):
        inference = _only(made, _INFERENCES) or inference
    if isinstance(inference, Made):
        _read_inference(old, inference)
    else:
        old.script = inference
    if old.conda is None:
        described = _only(made, ("CondaDependencies", "CondaDependencies.create"))
        old.conda = conda_of(described) if described is not None else None
    for place, name in _on_aci(made):
        text = "is deployed to Azure Container Instances, which never collected: it is left out"
        old.notes.append((f"service {name}", f"({place}) {text}"))
    for update in made:
        given = {name: update.keywords[name] for name in CONFIGURATION if name in update.keywords}
        is_service = update.maker == ".update" and not _is_of_another(update.origin, old.name)
        if is_service and (deploy is None or update.origin is not deploy):
            given = {name: value for name, value in given.items() if name not in settings}
        if is_service:
            settings.update({name: value for name, value in given.items() if value is not None})
    if settings:
        old.settings = settings
    _read_versions(old, made, deploy)
    return old


def _chosen(made: Sequence[Made], service: Optional[str]) -> tuple[Optional[Made], Any]:
    """Return the call that deploys and its configuration.

    One that a function of the script returns is not seen at the call; it is found when it is the
    only one.
    """
    alone = _only(made, _AKS)
    deploys = [each for each in made if each.maker in (*_DEPLOYS, *_OTHER_DEPLOYS)]
    pairs = [(each, _argument(each, "deployment_config", 4)) for each in deploys]
    to_aks = [(d, c) for d, c in pairs if isinstance(c, Made) and c.maker in _AKS]
    unseen = [
        (d, c if c is None else alone or c)
        for d, c in pairs
        if not _is_other(c) and not _is_default(d, c, made)
    ]
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
    created = [each for each in made if each.maker == CREATES]
    if not configurations and created:
        return None, None
    if not configurations:
        for place, name in _on_aci(made):
            raise DeploymentError(
                f"service {name} ({place}) is deployed to Azure Container Instances (ACI), which "
                "never collected model data; valid: code that deploys to AKS"
            )
        raise DeploymentError(
            "no deployment to AKS is made here; valid: code with "
            "AksWebservice.deploy_configuration(...) and Model.deploy(...), or files of "
            "az ml model deploy"
        )
    return None, configurations[-1]


def _on_aci(made: Sequence[Made]) -> Iterator[tuple[str, str]]:
    """Yield place and name of the services that are deployed to ACI, or a place without a name."""
    named = False
    for each in made:
        if each.maker in (*_DEPLOYS, *_OTHER_DEPLOYS):
            configuration = _argument(each, "deployment_config", 4)
            is_aci = isinstance(configuration, Made) and configuration.maker.startswith(_ACI)
            if is_aci or _is_default(each, configuration, made):
                named = True
                yield each.place, _service_name(each)
    alone = next((each for each in made if each.maker == f"{_ACI}.deploy_configuration"), None)
    if alone is not None and not named:
        yield alone.place, "without a name"


def _read_versions(old: OldDeployment, made: Sequence[Made], deploy: Optional[Made]) -> None:
    """Add the versions that an endpoint got after its first one, or before it was asked for."""
    known: dict[str, OldDeployment] = {}
    first = (old.settings or {}).get("version_name")
    if deploy is not None or first is not None:
        known[str(first)] = old
    for other, configuration in _deployed_beside(made, deploy):
        settings = _settings(configuration)
        name = str(settings.get("version_name"))
        if name not in known:
            beside = known[name] = derived(old)
            beside.settings, beside.place, beside.models = settings, other.place, []
            _read_deploy(beside, other)
            inference = _inference(other)
            if isinstance(inference, Made):
                _read_inference(beside, inference)
            old.versions.append(beside)
    for name, call in versions_of(made, [each for each in (deploy,) if each is not None]):
        if _is_of_another(call.origin, old.name):
            text = f"({call.place}) is of another endpoint: it is left out"
            old.notes.append((f"version {name}", text))
            continue
        if call.maker == DELETES:
            gone = known.pop(name, None)
            if gone is not None and gone is not old:
                old.versions.remove(gone)
            elif gone is old:
                old.notes.append((f"version {name}", f"({call.place}) is deleted by the code"))
            continue
        version = known.get(name)
        if version is None and not known:
            version = old
            old.settings, old.place = {}, call.place
            if isinstance(call.origin, Made) and call.origin.maker in ("AksEndpoint", "Webservice"):
                old.name = call.origin.argument("name", 1)
        elif version is None:
            version = derived(old)
            version.settings, version.leftovers = {}, {}
            version.models, version.place = [], call.place
            old.versions.append(version)
        known[name] = version
        _read_version(version, call)


def _deployed_beside(made: Sequence[Made], deploy: Optional[Made]) -> Iterator[tuple[Made, Made]]:
    """Yield the other calls that deploy to the same endpoint, with their configurations."""
    for each in made:
        if deploy is None or each is deploy or each.maker not in _DEPLOYS:
            continue
        configuration = _argument(each, "deployment_config", 4)
        is_version = isinstance(configuration, Made) and configuration.maker == _AKS[1]
        if is_version and _service_name(each) == _service_name(deploy):
            yield each, configuration


def _read_version(version: OldDeployment, call: Made) -> None:
    version.settings = {**(version.settings or {}), **settings_of(call)}
    models = call.argument("models")
    if models is not None:
        version.models = []
        for model in models if isinstance(models, list) else [models]:
            version.models.append(_model(model))
    inference = call.argument("inference_config")
    if isinstance(inference, Made):
        version.environment = version.conda = None
        version.variables = {}
        _read_inference(version, inference)
    elif inference is not None:
        version.script = inference


def _argument(deploy: Made, name: str, position: int) -> Any:
    # An image stands in place of models and configuration.
    return deploy.argument(name, position - (deploy.maker == _FROM_IMAGE))


def _inference(deploy: Made) -> Any:
    if deploy.maker == "Model.deploy":
        return deploy.argument("inference_config", 3)
    image = deploy.argument("image", 2) if deploy.maker == _FROM_IMAGE else deploy
    return image.argument("image_config", 3) if isinstance(image, Made) else None


def _is_default(deploy: Made, configuration: Any, made: Sequence[Made]) -> bool:
    """Return whether nothing says where to deploy to: it is ACI then."""
    says = configuration is not None or _argument(deploy, "deployment_target", 5) is not None
    aks = any(each.maker in _AKS or each.maker.startswith("AksCompute") for each in made)
    return deploy.maker == "Model.deploy" and not (says or aks or "**" in deploy.keywords)


def _is_of_another(origin: Optional[Made], name: Any) -> bool:
    """Return whether a method is of a service that is named, and otherwise than this one."""
    if origin is None or origin.maker not in ("AksEndpoint", "AksWebservice", "Webservice"):
        return False
    given = origin.argument("name", 1)
    return isinstance(given, str) and isinstance(name, str) and given != name


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
    image = deploy.argument("image", 2) if deploy.maker == _FROM_IMAGE else deploy
    models = image.argument("models", 2) if isinstance(image, Made) else None
    for model in models if isinstance(models, list) else [models]:
        if model is not None:
            old.models.append(_model(model))
    target = _argument(deploy, "deployment_target", 5)
    old.compute = _compute(target or (old.settings or {}).get("compute_target_name"))
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
        read_environment(old, environment)
    elif environment is not None:
        old.environment = (environment, None)
