"""Destinations are probed for real, in bounded time, and nothing stays behind."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
)

from mdc_bridge.doctor import doctor
from tests.azure.azurite import ACCOUNT, KEY, Azurite, Place
from tests.bridge.doctor.conftest import Probe, blobs, only, statuses
from tests.ports import free_port

CSV, JSONL = "destination of CSV", "destination of JSONL"
OTHER_KEY = "Zm9v" * 21 + "YQ=="


def _listening() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_folder_is_left_as_it_was(probe: Probe, tmp_path: Path) -> None:
    """Folders that were missing are missing again, those that were there stay."""
    (tmp_path / "there" / "modeldata").mkdir(parents=True)
    checks = probe(
        MDC_BRIDGE_MODE="dual",
        AML_MODEL_DC_STORAGE=str(tmp_path / "there"),
        MDC_STORAGE=str(tmp_path / "missing" / "root"),
    )
    assert statuses(checks) == {CSV: "ok", JSONL: "ok"}
    assert "(AML_MODEL_DC_STORAGE): written, read and removed" in only(checks, CSV).found
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "there", tmp_path / "there" / "modeldata"]


def test_folder_that_cannot_be_made(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (check,) = probe(MDC_STORAGE=str(tmp_path / "file" / "below"))
    assert check.status.value == "fail"
    assert "MDC_STORAGE" in check.todo


def test_folder_that_is_read_only(probe: Probe, tmp_path: Path) -> None:
    """Permissions do not hold root back; that the kernel's own folder takes no files does."""
    folder = Path("/proc")
    if os.geteuid():
        folder = tmp_path / "read-only"
        folder.mkdir(mode=0o500)
    (check,) = probe(MDC_STORAGE=str(folder))
    assert check.status.value == "fail"
    assert f"cannot be written by user {os.geteuid()}" in check.found


def test_nowhere_to_write(probe: Probe) -> None:
    checks = probe(MDC_BRIDGE_MODE="dual")
    assert statuses(checks) == {CSV: "fail", JSONL: "fail"}
    assert "set MDC_STORAGE" in only(checks, JSONL).found


def test_account(probe: Probe, doctors_azurite: Azurite, account: BlobServiceClient) -> None:
    """Blobs of both kinds are written and deleted, and the account's clock is heard."""
    account.create_container("modeldata")
    account.create_container("lines")
    checks = probe(
        MDC_BRIDGE_MODE="dual",
        MDC_STORAGE=doctors_azurite.place.connection_string,
        MDC_CONTAINER="lines",
    )
    assert {check.status.value for check in checks} == {"ok"}, checks
    url = doctors_azurite.place.url
    assert only(checks, CSV).found.startswith(f"{url}/modeldata (MDC_STORAGE): a blob was written")
    assert only(checks, JSONL).found.startswith(f"{url}/lines (MDC_STORAGE): a blob was written")
    assert len([check for check in checks if check.name == "clock"]) == 2
    assert blobs(account) == []


def test_container_that_is_missing_is_not_made(
    probe: Probe, doctors_azurite: Azurite, account: BlobServiceClient
) -> None:
    checks = probe(MDC_STORAGE=doctors_azurite.place.connection_string)
    assert only(checks, JSONL).status.value == "warn"
    assert "does not exist; the account answers" in only(checks, JSONL).found
    assert list(account.list_containers()) == []


@pytest.mark.parametrize(("rights", "status"), [("rwc", "ok"), ("rwcd", "ok"), ("rl", "fail")])
def test_signature_with_few_rights(
    rights: str,
    status: str,
    probe: Probe,
    doctors_azurite: Azurite,
    account: BlobServiceClient,
) -> None:
    """Without the right to delete nothing is written, and yet it is known what would be."""
    account.create_container("modeldata")
    sas = generate_account_sas(
        account_name=ACCOUNT,
        account_key=KEY,
        resource_types=ResourceTypes(service=True, container=True, object=True),
        permission=AccountSasPermissions.from_string(rights),
        expiry=datetime.now(timezone.utc) + timedelta(hours=1),
    )
    check = only(probe(MDC_STORAGE=f"{doctors_azurite.place.url}?{sas}"), JSONL)
    assert check.status.value == status
    assert ("no test blob was" in check.found) == (rights == "rwc")
    assert sas not in check.found
    assert blobs(account) == []


def test_packages_that_are_missing_for_an_account(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are named in place of an error of the import."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    (check,) = probe(MDC_STORAGE="AccountName=a;AccountKey=QUJD")
    assert check.status.value == "fail"
    assert "pip install azure-storage-blob" in check.found


def test_wrong_key(
    doctors_azurite: Azurite,
    account: BlobServiceClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mdc_bridge.doctor.examination.check_packages", lambda: ())
    account.create_container("modeldata")
    storage = doctors_azurite.place.with_key(OTHER_KEY)
    report = doctor({"MDC_STORAGE": storage, "MDC_SPOOL_DIR": str(tmp_path / "spool")})
    check = only(report.checks, JSONL)
    assert (check.status.value, report.exit_code) == ("fail", 2)
    assert "no access to container modeldata (403 " in check.found
    assert OTHER_KEY not in report.as_text(1000)


def test_account_that_is_missing(probe: Probe) -> None:
    place = Place(f"http://127.0.0.1:{free_port()}/{ACCOUNT}")
    (check,) = probe(MDC_STORAGE=place.connection_string)
    assert check.status.value == "fail"
    assert "does not answer" in check.found
    assert KEY not in check.found


def test_account_that_never_answers(probe: Probe) -> None:
    """It is not waited for longer than said."""
    with _listening() as silent:
        place = Place(f"http://127.0.0.1:{silent.getsockname()[1]}/{ACCOUNT}")
        begun = time.monotonic()
        (check,) = probe(0.5, MDC_STORAGE=place.connection_string)
    assert time.monotonic() - begun < 20
    assert "does not answer in 0.5 s" in check.found


def test_collector_gets_no_event(probe: Probe) -> None:
    received: list[bytes] = []

    def accept() -> None:
        connection, _ = server.accept()
        with connection:
            received.append(connection.recv(1))

    with _listening() as server:
        thread = threading.Thread(target=accept)
        thread.start()
        port = str(server.getsockname()[1])
        (check,) = probe(AZUREML_MDC_ENABLED="true", AZUREML_MDC_PORT=port)
        thread.join()
    assert check.status.value == "ok"
    assert received == [b""]


def test_collector_that_is_missing(probe: Probe) -> None:
    port = str(free_port())
    (check,) = probe(AZUREML_MDC_ENABLED="true", AZUREML_MDC_PORT=port)
    assert check.status.value == "fail"
    assert f"127.0.0.1:{port}" in check.found
    assert "Connection refused" in check.found


def test_local_capture(probe: Probe) -> None:
    (check,) = probe(AZUREML_MDC_ENABLED="true", AZUREML_MDC_LOCAL_CAPTURE="true")
    assert (check.status.value, "local.capture" in check.found) == ("ok", True)
