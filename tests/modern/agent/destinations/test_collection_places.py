"""Where each collection goes: paths of datastores, and who is asked for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.destinations import (
    AgentSettings,
    CollectionPlace,
    Datastore,
    DeploymentPlaces,
    parse_datastore_path,
    read_settings,
)
from mdc_agent.reading import Reading, read_deployment
from mdc_core.destinations import FolderDestination
from mdc_core.destinations.account import StorageAccountDestination
from mdc_core.errors import SettingsError
from mdc_core.storage import AccountUrl, ConnectionString, Folder, Storage

LONG = "azureml://subscriptions/S/resourcegroups/G/workspaces/W/datastores"
FOLDER = Datastore(Folder(Path("/data")))
ACCOUNT = Datastore(AccountUrl("https://mystore.blob.core.windows.net"), "logs", "1111")


def never(workspace: str, name: str) -> Datastore:
    raise AssertionError(f"{workspace} was asked for {name}")


def reading(*collections: DeployedCollection) -> Reading:
    return Reading("deployment.yaml", Deployment("ep", "blue", collections))


def place(
    collection: DeployedCollection,
    name: str = "",
    ask: Callable[..., Datastore] = never,
    **settings: object,
) -> CollectionPlace:
    datastores = settings.pop("datastores", {"workspaceblobstore": FOLDER, "mine": ACCOUNT})
    read = AgentSettings(datastores=datastores, **settings)  # type: ignore[arg-type]
    return DeploymentPlaces(reading(collection), read, ask)(name or collection.name)


def with_path(path: str | None, name: str = "model_inputs") -> DeployedCollection:
    return DeployedCollection(name, True, data_path=path)


PATHS = {
    "azureml://datastores/Mine/paths/a/b": ("mine", "a/b", ""),
    " azureml://datastores/mine/paths/a/b/ ": ("mine", "a/b", ""),
    "AzureML://Datastores/mine/Paths/A//B": ("mine", "A/B", ""),
    f"{LONG}/mine/paths/a": ("mine", "a", "S/G/W"),
    f"{LONG.replace('resourcegroups', 'resourceGroups')}/mine/paths/a": ("mine", "a", "S/G/W"),
    "azureml://subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/"
    "workspaces/W/datastores/mine/paths/a": ("mine", "a", "S/G/W"),
    "azureml://datastores/mine/paths/../../etc/x": ("mine", "%2E%2E/%2E%2E/etc/x", ""),
    "azureml://datastores/mine/paths/a\nb": ("mine", "a%0Ab", ""),
}


@pytest.mark.parametrize("text", PATHS)
def test_paths(text: str) -> None:
    """Both documented forms, in any case; no path leads out of its datastore."""
    path = parse_datastore_path(text)
    assert (path.datastore, path.path, path.workspace) == PATHS[text]
    assert parse_datastore_path(str(path)).path == path.path.replace("%", "%25")


@pytest.mark.parametrize(
    "text",
    [
        "azureml:asset:1",
        "azureml://datastores/mine",
        "azureml://datastores/mine/paths/",
        "azureml://datastores/mine/paths///",
        "azureml://datastores//paths/a",
        "azureml://workspaces/W/datastores/d/paths/p",
        "https://mystore.blob.core.windows.net/logs/a",
        "wasbs://logs@mystore.blob.core.windows.net/a",
        "/data",
        "datastores/mine/paths/a",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    """The message has both forms."""
    with pytest.raises(SettingsError, match=r"valid: azureml://datastores/DATASTORE/paths/PATH"):
        parse_datastore_path(text)


def test_without_a_path_it_is_the_documents() -> None:
    """`workspaceblobstore`, and the path that Azure's client registers."""
    found = place(with_path(None))
    assert found.datastore == FOLDER
    assert found.folder == "modelDataCollector/ep/blue/model_inputs"
    assert found.raw_folder == "modelDataCollector/ep/blue"


def test_a_path_of_a_datastore() -> None:
    """Time folders follow the path; large bodies never lie among them."""
    found = place(with_path("azureml://datastores/mine/paths/my/inputs"))
    assert (found.datastore, found.client_id) == (ACCOUNT, "1111")
    assert found.folder == "my/inputs"
    assert found.raw_folder == "my/inputs/ep/blue"
    documented = "azureml://datastores/mine/paths/modelDataCollector/ep/blue/model_inputs"
    assert place(with_path(documented)).raw_folder == "modelDataCollector/ep/blue"


def test_hostile_names_stay_in_their_folder() -> None:
    """As everywhere, what would leave its folder is escaped."""
    found = place(with_path(None, "../../etc"))
    assert found.folder == "modelDataCollector/ep/blue/..%2F..%2Fetc"
    assert found.raw_folder == "modelDataCollector/ep/blue"


def test_a_collection_has_an_identity_of_its_own() -> None:
    """`client_id` of the collection comes before that of the datastore, and has its own spool."""
    collection = DeployedCollection(
        "a", True, client_id="2222", data_path="azureml://datastores/mine/paths/a"
    )
    own, other = place(collection), place(with_path("azureml://datastores/mine/paths/a"))
    assert (own.client_id, other.client_id) == ("2222", "1111")
    assert own.key != other.key
    assert own.files(Path("/spool")) != other.files(Path("/spool"))


def test_a_client_id_beside_a_key_is_refused() -> None:
    """Who writes would not be who was asked for."""
    signed = Datastore(AccountUrl("https://mystore.blob.core.windows.net", "sig=x"), "logs")
    collection = DeployedCollection(
        "a", True, client_id="2222", data_path="azureml://datastores/mine/paths/a"
    )
    with pytest.raises(SettingsError, match="valid: one of them"):
        place(collection, datastores={"mine": signed})


def test_a_listed_datastore_of_another_workspace() -> None:
    """By its long name; without a workspace in the settings its short name does."""
    path = with_path(f"{LONG}/mine/paths/a")
    other = Datastore(Folder(Path("/other")))
    listed = {"mine": FOLDER, f"{LONG}/mine".lower(): other}
    assert place(path, datastores=listed).datastore == other
    assert place(path, datastores={"mine": FOLDER}).datastore == FOLDER
    assert place(path, datastores={"mine": FOLDER}, workspace="s/g/w").datastore == FOLDER


def test_a_workspace_is_asked_for_what_is_not_listed() -> None:
    """Once for each datastore; the deployment's own workspace, or the one that the path names."""
    asked = []

    def ask(workspace: str, name: str) -> Datastore:
        asked.append((workspace, name))
        return ACCOUNT

    places = DeploymentPlaces(
        reading(
            with_path("azureml://datastores/theirs/paths/a"),
            with_path("azureml://datastores/theirs/paths/b", "model_outputs"),
            with_path(f"{LONG}/theirs/paths/c", "request"),
        ),
        AgentSettings(workspace="X/Y/Z"),
        ask,
    )
    assert places("Model_Inputs").datastore == places("model_outputs").datastore == ACCOUNT
    assert asked == [("X/Y/Z", "theirs"), ("S/G/W", "theirs")]


def test_failures_lie_beside_the_payloads() -> None:
    """Which no deployment lists: in the datastore of `request`, where that has a path."""
    mine = "azureml://datastores/mine/paths"
    for path, folder in (
        (f"{mine}/x/request", "x/failures"),
        (f"{mine}/x", "x-failures"),
        (f"{mine}/a/payloads", "a/payloads-failures"),
    ):
        found = place(with_path(path, "request"), "failures")
        assert (found.folder, found.datastore) == (folder, ACCOUNT)
    assert place(with_path(None, "request"), "failures").folder.endswith("/ep/blue/failures")
    off = DeployedCollection("request", False, data_path=f"{mine}/x/request")
    assert place(off, "failures").datastore == FOLDER


DEPLOYMENT = """\
name: blue
endpoint_name: ep
instance_type: Standard_F2s_v2
data_collector:
  collections:
    model_inputs:
      enabled: 'true'
    model_outputs:
      enabled: 'true'
      data:
        path: azureml://datastores/theirs/paths/a
    request:
      enabled: 'true'
      data: {path: 'https://x'}
    response:
      enabled: 'false'
      data: {path: 'https://x'}
"""


def test_unknown_datastores_are_named_with_their_lines(tmp_path: Path) -> None:
    """All at once; a collection that is off needs no place."""
    path = tmp_path / "deployment.yaml"
    path.write_text(DEPLOYMENT)
    with pytest.raises(SettingsError) as refused:
        DeploymentPlaces(read_deployment(path), AgentSettings(datastores={"a": FOLDER}), never)
    inputs, outputs, request = str(refused.value).splitlines()
    assert inputs.startswith(f"{path}:7:7: the datastore 'workspaceblobstore' is not known")
    assert outputs.startswith(f"{path}:11:15: the datastore 'theirs' is not known")
    assert "an entry below datastores in agent.yaml (there: a)" in outputs
    assert request.startswith(f"{path}:14:20: 'https://x' is not a datastore path")


def test_a_refused_deployment_has_no_places(tmp_path: Path) -> None:
    path = tmp_path / "deployment.yaml"
    path.write_text("name: [")
    with pytest.raises(SettingsError, match="not valid YAML"):
        DeploymentPlaces(read_deployment(path), AgentSettings(), never)


def test_without_the_extra_a_workspace_cannot_be_asked(tmp_path: Path) -> None:
    """The message says what to install, and that the datastore may be listed."""
    path = tmp_path / "deployment.yaml"
    path.write_text(DEPLOYMENT.replace("'https://x'", "azureml://datastores/a/paths/x"))
    (tmp_path / "agent.yaml").write_text("workspace: S/G/W\n")
    with pytest.raises(SettingsError, match=r"not listed in .*agent.yaml, and azure-ai-ml is not"):
        DeploymentPlaces(read_deployment(path), read_settings(tmp_path / "agent.yaml"))


STORAGES: list[tuple[Storage, Storage]] = [
    (
        AccountUrl("https://mystore.blob.core.windows.net"),
        ConnectionString("AccountName=mystore;AccountKey=a2V5"),
    ),
    (
        AccountUrl("https://MyStore.blob.core.windows.net", "sig=1"),
        AccountUrl("https://mystore.blob.core.windows.net", "sig=2"),
    ),
]


@pytest.mark.parametrize(("one", "other"), STORAGES)
def test_an_account_keeps_its_spool_however_it_is_written(one: Storage, other: Storage) -> None:
    """A new key or signature finds what waits; no secret is in the key."""
    places = [CollectionPlace(Datastore(each, "logs"), "a", "b") for each in (one, other)]
    assert places[0].key == places[1].key
    assert places[0].files(Path("/s")) == places[1].files(Path("/s"))
    assert not any(secret in place.key for place in places for secret in ("a2V5", "sig"))


def test_what_is_made(tmp_path: Path) -> None:
    """A folder writes there; an account goes through its spool, as the identity of the place."""
    folder = CollectionPlace(Datastore(Folder(tmp_path / "out")), "a", "b")
    made = folder.make(tmp_path / "spool", 1000, 1.0)
    assert isinstance(made, FolderDestination)
    made.append_lines("a/2026/11/29/01", b"{}\n")
    made.close(1)
    (written,) = (tmp_path / "out" / "a").rglob("*.jsonl")
    assert written.read_bytes() == b"{}\n"
    account = CollectionPlace(ACCOUNT, "a", "b", "3333")
    destination = account.make(tmp_path / "spool", 1000, 1.0)
    destination.close(1)
    assert isinstance(destination, StorageAccountDestination)
