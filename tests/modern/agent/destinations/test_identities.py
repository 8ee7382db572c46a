"""Collections that go to one account as several identities, in a real agent, to a real Azurite."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient

from mdc_agent.destinations import DeploymentPlaces, read_settings
from mdc_agent.reading import read_deployment
from tests.azure.azurite import Azurite
from tests.azure.certificates import write_certificate
from tests.azure.identity_endpoint import IdentityEndpoint
from tests.modern.agent.running import Running

pytestmark = pytest.mark.newest_only

OWN = "22222222-0000-0000-0000-000000000000"
SHARED = "33333333-0000-0000-0000-000000000000"
DEPLOYMENT = f"""\
name: blue
endpoint_name: ep
type: kubernetes
data_collector:
  collections:
    model_inputs:
      enabled: 'true'
      client_id: {OWN}
      data: {{path: azureml://datastores/production/paths/churn/inputs}}
    model_outputs:
      enabled: 'true'
      data: {{path: azureml://datastores/production/paths/churn/outputs}}
"""
DEADLINE = 60.0


def test_each_collection_is_written_by_its_identity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collection's `client_id`, else the datastore's; both in one container, with spools."""
    certificate, key = write_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    with Azurite(tmp_path, certificate, key) as azurite, IdentityEndpoint() as identity:
        for name, value in identity.environ.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "agent.yaml").write_text(
            f"datastores:\n  production: {{account: '{azurite.place.url}', container: collected, "
            f"client_id: {SHARED}}}\n"
        )
        places = DeploymentPlaces(
            read_deployment(tmp_path / "deployment.yaml"), read_settings(tmp_path / "agent.yaml")
        )
        running = Running(tmp_path, places, {"delivery_interval": 0.05})
        try:
            for collection in ("model_inputs", "model_outputs"):
                assert running.post(collection=collection, trace_id=collection)[0] == 200
            with BlobServiceClient.from_connection_string(
                azurite.place.connection_string, connection_verify=str(certificate)
            ) as client:
                names = _names(client, 2)
        finally:
            running.close()
    assert sorted(name.partition("/20")[0] for name in names) == ["churn/inputs", "churn/outputs"]
    assert {asked["client_id"] for asked in identity.asked} == {OWN, SHARED}


def _names(client: BlobServiceClient, number: int) -> list[str]:
    """Return the names of the container's blobs, once there are so many."""
    container = client.get_container_client("collected")
    end = time.monotonic() + DEADLINE
    names: list[str] = []
    while len(names) < number:
        assert time.monotonic() < end, names
        time.sleep(0.05)
        if container.exists():
            names = [blob.name for blob in container.list_blobs()]
    return names
