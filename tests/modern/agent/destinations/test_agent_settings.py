"""`agent.yaml`: what is taken, and what is refused with its line."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mdc_agent.destinations import (
    Address,
    AgentSettings,
    Datastore,
    RowSettings,
    read_settings,
)
from mdc_agent.destinations.settings_file import AGENT_KEYS, PAYLOAD_KEYS, ROW_KEYS
from mdc_agent.payload.settings import PayloadSettings
from mdc_core.errors import MissingFileError, SettingsError
from mdc_core.storage import AccountUrl, ConnectionString, Folder

CONNECTION = "AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:10000/a"


def read(folder: Path, text: str, **environ: str) -> AgentSettings:
    path = folder / "agent.yaml"
    path.write_text(text)
    return read_settings(path, environ)


def test_without_a_file_all_is_as_documented() -> None:
    """The SDK's own address, nothing that other machines reach, no datastore."""
    settings = read_settings(None)
    assert settings.listen == Address("127.0.0.1", 50011)
    assert settings.listen.is_loopback
    assert not settings.datastores


def test_every_setting_is_read(tmp_path: Path) -> None:
    """A file with every key there is."""
    (tmp_path / "account.txt").write_text(f"{CONNECTION}\n")
    settings = read(
        tmp_path,
        """
        listen: 0.0.0.0:50012
        token_file: token
        spool: /var/spool/mdc
        spool_bytes: 2 GiB
        waiting_bytes: 32 MiB
        receive_bytes: 16 MiB
        delivery_interval: 0.5
        sync_interval: 1
        max_event_bytes: 12MB
        remembered_ids: 1_000
        batch_window: 2
        workspace: /S/G/W
        sdk_config: ./shared/mdc-config.json
        datastores:
          WorkspaceBlobStore: ./collected
          one: {folder: /data/one}
          two: {account: mystore, container: logs, client_id: 1111-2222}
          three: {account: 'https://other.blob.core.windows.net?sig=x', container: logs}
          four: {account_file: account.txt, container: logs}
        payload:
          listen: 8080
          upstream: '[::1]:5001'
          memory_bytes: 1048576
          body_bytes: 1 MiB
          connections: 10
          slower_than_s: 0.75
          keeps_failures: 'false'
          injects_request_id: true
          forced_headers: [authorization]
          probe_paths: [/]
        rows:
          inputs: [age, income]
          outputs: []
          signature: model
        """,
    )
    assert settings.listen == Address("0.0.0.0", 50012)
    assert settings.token_file == tmp_path / "token"
    assert (settings.spool, settings.spool_bytes) == (Path("/var/spool/mdc"), 2 * 1024**3)
    assert (settings.delivery_interval, settings.sync_interval) == (0.5, 1.0)
    assert (settings.max_event_bytes, settings.remembered_ids) == (12_000_000, 1000)
    assert (settings.batch_window, settings.workspace) == (2.0, "S/G/W")
    assert settings.sdk_config == tmp_path / "shared" / "mdc-config.json"
    assert dict(settings.datastores) == {
        "workspaceblobstore": Datastore(Folder(tmp_path / "collected")),
        "one": Datastore(Folder(Path("/data/one"))),
        "two": Datastore(AccountUrl("https://mystore.blob.core.windows.net"), "logs", "1111-2222"),
        "three": Datastore(AccountUrl("https://other.blob.core.windows.net", "sig=x"), "logs"),
        "four": Datastore(ConnectionString(CONNECTION), "logs"),
    }
    assert settings.payload == PayloadSettings(
        listen=("127.0.0.1", 8080),
        upstream=("::1", 5001),
        memory_bytes=1024**2,
        body_bytes=1024**2,
        connections=10,
        slower_than_s=0.75,
        keeps_failures=False,
        injects_request_id=True,
        forced_headers=("authorization",),
        probe_paths=("/",),
    )
    assert settings.rows == RowSettings(("age", "income"), (), tmp_path / "model")
    for secret in ("c2VjcmV0", "sig=x"):
        assert secret not in repr(settings)


def test_every_field_has_a_key() -> None:
    """No setting can be forgotten in the file."""
    assert {each.name for each in fields(AgentSettings)} == {
        *AGENT_KEYS,
        *("datastores", "payload", "rows", "source", "given"),
    }
    assert {each.name for each in fields(RowSettings)} == set(ROW_KEYS)
    # The section `rows` gives the latter.
    assert {each.name for each in fields(PayloadSettings)} == {*PAYLOAD_KEYS, "rows"}


REFUSED = {
    "listen: 1.2.3.4": (1, "HOST:PORT"),
    "listen: 127.0.0.1:0": (1, "HOST:PORT"),
    "listen: 127.0.0.1:65536": (1, "HOST:PORT"),
    "listen: true": (1, "HOST:PORT"),
    "listen: http://127.0.0.1:1": (1, "HOST:PORT"),
    "listen: 0.0.0.0:50011": (1, "no token is set"),
    "listen: ':50011'\nlisten: 10.0.0.1:50011": (2, "occurs twice"),
    "spool_bytes: 0": (1, "bytes, from 1 up"),
    "spool_bytes: -1 GiB": (1, "bytes, from 1 up"),
    "spool_bytes: 1 XB": (1, "bytes, from 1 up"),
    f"spool_bytes: {'9' * 30}": (1, "bytes, from 1 up"),
    "spool_bytes: yes": (1, "bytes, from 1 up"),
    "delivery_interval: -1": (1, "seconds"),
    "delivery_interval: .nan": (1, "seconds"),
    "delivery_interval: soon": (1, "seconds"),
    "remembered_ids: 1.5": (1, "a whole number"),
    "workspace: S/G": (1, "SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE"),
    "spool:": (1, "a path"),
    "spool: azureml://x": (1, "a path"),
    "spol: /x": (1, "valid: spool"),
    "\n\nquux: 1": (3, "has no key 'quux'"),
    "datastores: [a]": (1, "a mapping"),
    "datastores:\n  a: {}": (2, "neither a folder nor an account"),
    "datastores:\n  a: 7": (2, "empty or not text"),
    "datastores:\n  a:": (2, "empty or not text"),
    "datastores:\n  a: https://x.blob.core.windows.net": (2, "is not a folder"),
    "datastores:\n  a: {folder: /x, container: abc}": (2, "takes no other keys"),
    "datastores:\n  a: {folder: /x, account: abc}": (2, "account and folder"),
    "datastores:\n  a: {account: abc}": (2, "no container"),
    "datastores:\n  a: {account: abc, container: A_B}": (2, "small letters"),
    "datastores:\n  a: {account: abc, container: ../x}": (2, "small letters"),
    "datastores:\n  a: {account: /x, container: abc}": (2, "not an account"),
    "datastores:\n  a: {account: abc, contaner: abc}": (2, "valid: container"),
    "datastores:\n  a: {account_file: nothing, container: abc}": (2, "cannot be read"),
    f"datastores:\n  a: {{account: '{CONNECTION}', container: abc, client_id: c}}": (
        2,
        "one of them",
    ),
    "payload: {listen: x}": (1, "HOST:PORT"),
    "payload: {probe_paths: /}": (1, "a list"),
    "rows: {inputs: [1]}": (1, "a list of texts"),
    "rows: {inputs: {a: b}}": (1, "a list of texts"),
    "rows: {outputs: [[a]]}": (1, "a list of texts"),
    "rows:": (1, "a mapping"),
    "payload: {keeps_failures: 1}": (1, "true or false"),
    "payload: {slow: 1}": (1, "no key 'slow'"),
    "payload: on": (1, "a mapping"),
    "- a": (1, "a mapping"),
    "a: b: c": (1, "not valid YAML"),
    "a: 1\n---\nb: 1": (2, "more than one document"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_makes_no_sense_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    """Each message has the line and what is valid, and no secret."""
    line, words = REFUSED[text]
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    message = str(refused.value)
    assert f"agent.yaml:{line}:" in message
    assert words in message
    assert "c2VjcmV0" not in message


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """In the order of the lines."""
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, "spool: 1\nlisten: x\npayload: {y: 1}\n")
    lines = str(refused.value).splitlines()
    assert [line.partition("agent.yaml:")[2][:2] for line in lines] == ["1:", "2:", "3:"]


def test_a_token_may_come_by_a_variable(tmp_path: Path) -> None:
    """Whoever listens to other machines has one, from a file or a variable."""
    settings = read(tmp_path, "listen: 0.0.0.0:50011", MDC_AGENT_TOKEN="t")
    assert not settings.listen.is_loopback
    assert read(tmp_path, "listen: localhost:1").listen.is_loopback
    assert read(tmp_path, "").listen.is_loopback


def test_the_token_is_read_from_its_file_or_the_variable(tmp_path: Path) -> None:
    """The file comes first; one that is empty or missing is an error, not an open door."""
    (tmp_path / "token").write_text("from-file\n")
    environ = {"MDC_AGENT_TOKEN": "from-variable"}
    assert read(tmp_path, "token_file: token").token(environ) == "from-file"
    assert read(tmp_path, "").token(environ) == "from-variable"
    assert read(tmp_path, "").token({}) == ""
    (tmp_path / "token").write_text("\n")
    for name in ("token", "nothing"):
        with pytest.raises(SettingsError, match="token_file"):
            read(tmp_path, f"token_file: {name}").token(environ)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_settings(tmp_path / "agent.yaml")


def test_options_come_before_the_file(tmp_path: Path) -> None:
    """One line on a laptop; the file's other settings stay."""
    given = {
        "storage": str(tmp_path / "out"),
        "events": "50012",
        "listen": "127.0.0.1:8080",
        "upstream": "127.0.0.1:5005",
        "spool": str(tmp_path / "spool"),
    }
    (tmp_path / "agent.yaml").write_text(
        "listen: 1\ndatastores: {workspaceblobstore: /x, y: /y}\npayload: {connections: 7}\n"
    )
    for path in (None, tmp_path / "agent.yaml"):
        settings = read_settings(path, {}, given)
        assert settings.listen == Address("127.0.0.1", 50012)
        assert settings.datastores["workspaceblobstore"].storage == Folder(tmp_path / "out")
        assert settings.payload is not None
        assert settings.payload.listen == ("127.0.0.1", 8080)
        assert settings.payload.upstream == ("127.0.0.1", 5005)
        assert settings.spool == tmp_path / "spool"
        again = read_settings(settings.source, {}, settings.given)
        assert again == settings
    assert settings.payload.connections == 7
    assert set(settings.datastores) == {"workspaceblobstore", "y"}
    for option in given:
        with pytest.raises(SettingsError, match=f"--{option}"):
            read_settings(None, {}, {option: " "})


def test_mdc_storage_is_the_workspace_blobstore(tmp_path: Path) -> None:
    """Where neither the file nor an option says what it is."""
    environ = {"MDC_STORAGE": "https://a.blob.core.windows.net?sig=x", "MDC_CONTAINER": "logs"}
    found = read_settings(None, environ).datastores["workspaceblobstore"]
    assert found == Datastore(AccountUrl("https://a.blob.core.windows.net", "sig=x"), "logs")
    listed = read(tmp_path, "datastores: {workspaceblobstore: /x}", **environ)
    assert listed.datastores["workspaceblobstore"] == Datastore(Folder(Path("/x")))
