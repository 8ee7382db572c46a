"""The AKS service that deployment code makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

from .old_service import DeploymentError, OldDeployment, no_deployment
from .old_settings import POSITIONAL_SETTINGS
from .parts import (
    AKS,
    CREATES,
    DELETES,
    FROM_IMAGE,
    argument_of,
    conda_of,
    derived,
    inference_of,
    models_of,
    read_deploy,
    read_inference,
    service_name,
    settings_given,
    settings_of,
    versions_of,
)
from .seen import Call

_ACI = "AciWebservice"
_DEPLOYS = ("Model.deploy", "Webservice.deploy_from_model", FROM_IMAGE)
_OTHER_DEPLOYS = ("Webservice.deploy", "AksEndpoint.deploy")
_INFERENCES = ("InferenceConfig", "ContainerImage.image_configuration")


def from_code(calls: Sequence[Call], folder: Path, service: Optional[str] = None) -> OldDeployment:
    """Return the AKS deployment that code makes.

    Args:
        calls: what it calls, see `calls_in`.
        folder: of the code.
        service: name of the one that is meant, where there are several.

    Raises:
        DeploymentError: there is none, or several; the message names them.
    """
    deploy, configuration = _chosen(calls, service)
    places = [each.place for each in (deploy, configuration) if isinstance(each, Call)]
    old = OldDeployment(folder, place=next(iter(places), ""))
    if isinstance(configuration, Call):
        old.settings = settings_given(configuration)
    elif configuration is None:
        old.settings = {}
    else:
        old.leftovers["deployment_config"] = configuration
    settings = old.settings or {}
    if deploy is not None:
        read_deploy(old, deploy)
    inference = inference_of(deploy) if deploy is not None else None
    if not isinstance(inference, Call):
        inference = _only(calls, _INFERENCES) or inference
    if isinstance(inference, Call):
        read_inference(old, inference)
    else:
        old.script = inference
    if old.conda is None:
        described = _only(calls, ("CondaDependencies", "CondaDependencies.create"))
        old.conda = conda_of(described) if described is not None else None
    for place, name in _on_aci(calls):
        text = "is deployed to Azure Container Instances, which never collected: left out"
        old.notes.append((f"service {name}", f"({place}) {text}"))
    for update in calls:
        if update.maker != ".update" or _is_of_another(update.origin, old.name):
            continue
        replaces = deploy is not None and update.origin is deploy
        for name in POSITIONAL_SETTINGS:
            value = update.keywords.get(name)
            if value is not None and (replaces or name not in settings):
                settings[name] = value
    if settings:
        old.settings = settings
    _read_versions(old, calls, deploy)
    return old


def _chosen(calls: Sequence[Call], service: Optional[str]) -> tuple[Optional[Call], Any]:
    """Return the call that deploys and its configuration.

    One that a function of the script returns is not seen at the call; it is found when it is the
    only one.
    """
    alone = _only(calls, AKS)
    deploys = [each for each in calls if each.maker in (*_DEPLOYS, *_OTHER_DEPLOYS)]
    pairs = [(each, argument_of(each, "deployment_config", 4)) for each in deploys]
    to_aks = [(d, c) for d, c in pairs if isinstance(c, Call) and c.maker in AKS]
    unseen = [
        (d, c if c is None else alone or c)
        for d, c in pairs
        if not isinstance(c, Call) and not _is_default(d, c, calls)
    ]
    chosen = to_aks or unseen
    if service is not None:
        chosen = [(d, c) for d, c in chosen if service_name(d) == service]
    names = list(dict.fromkeys(service_name(d) for d, _ in chosen))
    if len(names) > 1:
        raise DeploymentError(
            f"several services are deployed; choose one with --service: {', '.join(names)}"
        )
    if chosen:
        return chosen[-1]
    if service is not None:
        found = ", ".join(service_name(each) for each in deploys) or "none"
        raise DeploymentError(f"service {service} is not deployed here; deployed are: {found}")
    configurations = [each for each in calls if each.maker in AKS]
    if configurations:
        return None, configurations[-1]
    if any(each.maker == CREATES for each in calls):
        return None, None
    for place, name in _on_aci(calls):
        raise DeploymentError(
            f"service {name} ({place}) is deployed to Azure Container Instances (ACI), which "
            "never collected model data; valid: code that deploys to AKS"
        )
    raise no_deployment("here")


def _on_aci(calls: Sequence[Call]) -> Iterator[tuple[str, str]]:
    """Yield place and name of the services that are deployed to ACI, or a place without a name."""
    named = False
    for each in calls:
        if each.maker in (*_DEPLOYS, *_OTHER_DEPLOYS):
            configuration = argument_of(each, "deployment_config", 4)
            is_aci = isinstance(configuration, Call) and configuration.maker.startswith(_ACI)
            if is_aci or _is_default(each, configuration, calls):
                named = True
                yield each.place, service_name(each)
    alone = next((each for each in calls if each.maker == f"{_ACI}.deploy_configuration"), None)
    if alone is not None and not named:
        yield alone.place, "without a name"


def _read_versions(old: OldDeployment, calls: Sequence[Call], deploy: Optional[Call]) -> None:
    """Add the versions that an endpoint got after its first one, or before it was asked for."""
    known: dict[str, OldDeployment] = {}
    first = (old.settings or {}).get("version_name")
    if deploy is not None or first is not None:
        known[str(first)] = old
    for other, configuration in _deployed_beside(calls, deploy):
        settings = settings_given(configuration)
        name = str(settings.get("version_name"))
        if name not in known:
            beside = known[name] = derived(old)
            beside.settings, beside.place, beside.models = settings, other.place, []
            read_deploy(beside, other)
            inference = inference_of(other)
            if isinstance(inference, Call):
                read_inference(beside, inference)
            old.versions.append(beside)
    for name, call in versions_of(calls, deploy):
        if _is_of_another(call.origin, old.name):
            text = f"({call.place}) belongs to another endpoint: left out"
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
            if isinstance(call.origin, Call) and call.origin.maker in ("AksEndpoint", "Webservice"):
                old.name = call.origin.argument("name", 1)
        elif version is None:
            version = derived(old)
            version.settings, version.leftovers = {}, {}
            version.models, version.place = [], call.place
            old.versions.append(version)
        known[name] = version
        _read_version(version, call)


def _deployed_beside(calls: Sequence[Call], deploy: Optional[Call]) -> Iterator[tuple[Call, Call]]:
    """Yield the other calls that deploy to the same endpoint, with their configurations."""
    for each in calls:
        if deploy is None or each is deploy or each.maker not in _DEPLOYS:
            continue
        configuration = argument_of(each, "deployment_config", 4)
        is_version = isinstance(configuration, Call) and configuration.maker == AKS[1]
        if is_version and service_name(each) == service_name(deploy):
            yield each, configuration


def _read_version(version: OldDeployment, call: Call) -> None:
    version.settings = {**(version.settings or {}), **settings_of(call)}
    models = call.argument("models")
    if models is not None:
        version.models = models_of(models)
    inference = call.argument("inference_config")
    if isinstance(inference, Call):
        version.environment = version.conda = None
        version.variables = {}
        read_inference(version, inference)
    elif inference is not None:
        version.script = inference


def _is_default(deploy: Call, configuration: Any, calls: Sequence[Call]) -> bool:
    """Return whether nothing says where to deploy to: it is ACI then."""
    says = configuration is not None or argument_of(deploy, "deployment_target", 5) is not None
    aks = any(each.maker in AKS or each.maker.startswith("AksCompute") for each in calls)
    return deploy.maker == "Model.deploy" and not (says or aks or "**" in deploy.keywords)


def _is_of_another(origin: Optional[Call], name: Any) -> bool:
    """Return whether a method is of a service that is named, and otherwise than this one."""
    if origin is None or origin.maker not in ("AksEndpoint", "AksWebservice", "Webservice"):
        return False
    given = origin.argument("name", 1)
    return isinstance(given, str) and isinstance(name, str) and given != name


def _only(calls: Sequence[Call], makers: Sequence[str]) -> Optional[Call]:
    found = [each for each in calls if each.maker in makers]
    return found[0] if len(found) == 1 else None
