"""The example of a pod: valid for Kubernetes, and its parts fit each other and the agent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.newest_only

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples/kubernetes"
MANIFEST = FOLDER / "churn.yaml"
# The first that has native sidecars, and the newest whose schemas are there.
VERSIONS = ("1.29", "latest")
_MIB = {"Mi": 1, "Gi": 1024}


@pytest.fixture(scope="module")
def objects() -> dict[str, Any]:
    """Return the objects of the manifest by their kinds."""
    found = list(yaml.safe_load_all(MANIFEST.read_text("utf-8")))
    return {each["kind"]: each for each in found}


@pytest.fixture(scope="module")
def pod(objects: dict[str, Any]) -> Any:
    """Return the pod's specification."""
    return objects["Deployment"]["spec"]["template"]["spec"]


@pytest.fixture(scope="module")
def config(objects: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the config map."""
    folder = tmp_path_factory.mktemp("config")
    for name, text in objects["ConfigMap"]["data"].items():
        (folder / name).write_text(text)
    return folder


def containers(pod: Any) -> Iterator[Any]:
    """Yield all containers."""
    yield from pod["initContainers"]
    yield from pod["containers"]


def mebibytes(quantity: str) -> int:
    """Return a quantity of memory."""
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()  # type: ignore[union-attr]
    return int(number) * _MIB[unit]


@pytest.mark.parametrize("version", VERSIONS)
def test_schemas(objects: dict[str, Any], version: str) -> None:
    """Each object is what the API takes, without a field that it does not know."""
    import kubernetes_validate

    wanted = kubernetes_validate.latest_version() if version == "latest" else version
    for each in objects.values():
        kubernetes_validate.validate(each, wanted, strict=True)


def test_a_misspelt_field_is_found(objects: dict[str, Any]) -> None:
    """The checker that the test above relies on refuses what the API does not know."""
    import kubernetes_validate

    wrong = {**objects["Service"], "specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_the_collector_is_a_native_sidecar(pod: Any) -> None:
    """It starts first, is waited for, is restarted alone, and ends last."""
    (collector,) = pod["initContainers"]
    assert collector["restartPolicy"] == "Always"
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= collector.keys()
    assert pod["terminationGracePeriodSeconds"] >= 60


def test_nothing_has_more_rights_than_it_needs(pod: Any) -> None:
    """No root, no writable root file system, no capability, no token of the cluster."""
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for each in containers(pod):
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= each["resources"]["requests"].keys()
        assert "memory" in each["resources"]["limits"]


def test_ports_and_volumes_fit(objects: dict[str, Any], pod: Any) -> None:
    """Each name that is used is given, once."""
    ports = [port["name"] for each in containers(pod) for port in each.get("ports", ())]
    assert len(ports) == len(set(ports))
    assert {port["targetPort"] for port in objects["Service"]["spec"]["ports"]} <= set(ports)
    volumes = {volume["name"] for volume in pod["volumes"]}
    mounted = {mount["name"] for each in containers(pod) for mount in each["volumeMounts"]}
    assert mounted == volumes
    for each in containers(pod):
        named = {port["name"] for port in each.get("ports", ())}
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            if "httpGet" in each[kind]:
                assert each[kind]["httpGet"]["port"] in named


def test_the_deployment_file_is_read_without_a_word(config: Path) -> None:
    """The agent has nothing to remark, and Azure's client takes the same spelling."""
    from mdc_agent.reading import read_deployment

    reading = read_deployment(config / "deployment.yaml")
    assert reading.remarks == ()
    assert reading.deployment is not None
    enabled = [each.name for each in reading.deployment.collections if each.enabled]
    assert enabled == ["request", "response", "model_inputs", "model_outputs"]


def test_the_settings_fit_the_pod(config: Path, pod: Any) -> None:
    """Ports, folders and bounds of the agent's settings are those of its containers."""
    from mdc_agent.destinations import read_settings

    settings = read_settings(config / "agent.yaml", {})
    (collector,), (scoring,) = pod["initContainers"], pod["containers"]
    assert settings.payload is not None
    assert settings.payload.listen[1] == collector["ports"][0]["containerPort"]
    assert settings.payload.upstream == ("127.0.0.1", scoring["ports"][0]["containerPort"])
    assert settings.listen.is_loopback
    variables = {each["name"]: each["value"] for each in scoring["env"]}
    assert variables["AZUREML_MDC_CONFIG_PATH"] == str(settings.sdk_config)
    writable = {
        mount["mountPath"] for mount in collector["volumeMounts"] if not mount.get("readOnly")
    }
    assert {"/spool", "/shared"} <= writable
    assert settings.spool.parent == Path("/spool")
    (spool,) = [volume for volume in pod["volumes"] if volume["name"] == "spool"]
    waiting = settings.spool_bytes + int(variables["MDC_SPOOL_BYTES"])
    assert waiting < mebibytes(spool["emptyDir"]["sizeLimit"]) * 2**20
    limit = mebibytes(collector["resources"]["limits"]["memory"]) * 2**20
    assert settings.payload.memory_bytes + settings.waiting_bytes < limit / 2
    files = {"/etc/mdc-agent/deployment.yaml", "/etc/mdc-agent/agent.yaml"}
    assert files == {part.partition("=")[2] for part in collector["args"] if "=" in part}


@pytest.mark.parametrize("dockerfile", sorted(FOLDER.glob("*.Dockerfile")), ids=lambda p: p.stem)
def test_dockerfiles_fit_the_pod(dockerfile: Path, pod: Any) -> None:
    """They copy what is there, and run as the user that the pod demands."""
    text = dockerfile.read_text("utf-8")
    for source in re.findall(r"^COPY ([^-\s]\S*) ", text, re.MULTILINE):
        assert (ROOT / source).exists()
    user = pod["securityContext"]
    assert f"USER {user['runAsUser']}:{user['runAsGroup']}" in text
    assert text.count("\nUSER ") == 1
