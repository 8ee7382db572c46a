"""What old Azure packages cannot do is logged at the start, and never costs an event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, List

import pytest

from mdc_core.delivery.azure_packages import shortcoming
from mdc_core.destination_choice import for_lines
from mdc_core.settings import Settings
from mdc_core.storage import parse_storage
from tests.azure.mirror import Mirror

MakeMirror = Callable[..., Mirror]
Log = Callable[[], List[str]]
BY_KEY = "AccountName=a;AccountKey=QUJD"
BY_SAS = "https://a.blob.core.windows.net?sv=1&sig=x"
BY_IDENTITY = "https://a.blob.core.windows.net"
ANNOUNCED = {
    "IDENTITY_HEADER": ("1.8.0", "1.9.0", "MSI_ENDPOINT"),
    "AZURE_FEDERATED_TOKEN_FILE": ("1.6.1", "1.7.0", ""),
    "AZURE_CLIENT_ID": ("1.3.1", "1.4.0", "AZURE_CLIENT_SECRET"),
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes an installation with the named packages the only one."""

    def install(blob: str = "", identity: str = "", core: str = "") -> None:
        versions = {"storage/blob": blob, "identity": identity, "core": core}
        for package, version in versions.items():
            folder = tmp_path / "azure" / package
            if version:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "__init__.py").touch()
                (folder / "_version.py").write_text(f'VERSION = "{version}"\n')
        monkeypatch.setattr(sys, "path", [str(tmp_path)])

    return install


def lacking(storage: str, **environ: str) -> str:
    account: Any = parse_storage(storage, "MDC_STORAGE")
    return shortcoming(account, "MDC_STORAGE", environ)


@pytest.mark.parametrize("storage", [BY_KEY, BY_SAS, BY_IDENTITY])
def test_what_is_installed_here_lacks_nothing(storage: str) -> None:
    """Without a variable that announces an identity, every version of the lanes will do."""
    assert lacking(storage) == ""


@pytest.mark.parametrize("storage", [BY_KEY, BY_SAS, BY_IDENTITY])
def test_without_the_client_nothing_is_delivered(
    installed: Callable[..., None], storage: str
) -> None:
    installed(identity="1.25.0")
    assert "pip install azure-storage-blob" in lacking(storage)


def test_without_azure_identity_keys_and_signatures_still_work(
    installed: Callable[..., None],
) -> None:
    installed(blob="12.8.0")
    assert [lacking(BY_KEY), lacking(BY_SAS)] == ["", ""]
    assert "pip install azure-identity, or give the account by" in lacking(BY_IDENTITY)


@pytest.mark.parametrize("variable", ANNOUNCED)
def test_an_identity_that_an_old_version_does_not_know_is_named(
    installed: Callable[..., None], variable: str
) -> None:
    """Up to the release before the first that knows it; there is an older way for some."""
    last_without, first_with, older_way = ANNOUNCED[variable]
    installed("12.8.0", last_without)
    message = lacking(BY_IDENTITY, **{variable: "x"})
    assert f"azure-identity {last_without} does not know that of {variable}" in message
    assert f"azure-identity>={first_with[:-2]}" in message
    assert [lacking(BY_KEY, **{variable: "x"}), lacking(BY_SAS, **{variable: "x"})] == ["", ""]
    if older_way:
        assert lacking(BY_IDENTITY, **{variable: "x", older_way: "x"}) == ""
    installed("12.8.0", first_with)
    assert lacking(BY_IDENTITY, **{variable: "x"}) == ""


@pytest.mark.parametrize(
    ("core", "fitting"),
    [
        ("1.22.1", "<12.12"),
        ("1.10.0", "<12.10"),
        ("1.24.1", "<12.14"),
        ("1.26.4", "<12.17"),
        ("1.28.0", ""),
        ("1.30.1", ""),
    ],
)
def test_a_client_that_is_too_new_for_the_image_is_named(
    installed: Callable[..., None], tmp_path: Path, core: str, fitting: str
) -> None:
    """With the release that fits; an old pip does not look for one."""
    installed("12.19.1", "1.15.0", core)
    metadata = tmp_path / "azure_storage_blob-12.19.1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Name: x\nRequires-Dist: azure-core <2.0.0,>=1.28.0\n")
    for storage in (BY_KEY, BY_SAS, BY_IDENTITY):
        message = lacking(storage)
        assert bool(message) == bool(fitting)
        if fitting:
            assert f"12.19.1 needs azure-core 1.28.0, but {core} is installed" in message
            assert f"pip install 'azure-storage-blob{fitting}'" in message


def test_a_client_of_another_generation_is_named(
    installed: Callable[..., None], tmp_path: Path
) -> None:
    """Releases before 12 had other classes under the same name."""
    installed("12.8.0")
    (tmp_path / "azure" / "storage" / "blob" / "_version.py").unlink()
    (tmp_path / "azure" / "storage" / "blob" / "blockblobservice.py").touch()
    assert "azure-storage-blob is older than 12.0" in lacking(BY_KEY)


def test_what_the_client_imports_and_is_not_installed_is_named(
    installed: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the import fails for it: missing metadata alone are not reported."""
    installed("12.19.1")
    metadata = tmp_path / "azure_storage_blob-12.19.1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(
        "Requires-Dist: cryptography >=2.1.4\nRequires-Dist: Typing_Extensions>=4\n"
        "Requires-Dist: azure-core[aio]; extra == 'aio'\n"
    )
    (tmp_path / "typing_extensions-4.1.dist-info").mkdir()
    assert lacking(BY_KEY) == ""
    monkeypatch.setitem(sys.modules, "azure.storage.blob", None)
    message = lacking(BY_KEY)
    assert "azure-storage-blob cannot be imported" in message
    assert message.endswith("pip install cryptography; events wait in the spool until then")


def test_it_is_said_when_the_destination_is_made(
    installed: Callable[..., None], log: Log, tmp_path: Path
) -> None:
    """Before the first event, once."""
    environ = {"MDC_STORAGE": BY_IDENTITY, "MDC_SPOOL_DIR": str(tmp_path / "spool")}
    make = for_lines(Settings.from_environ(environ))
    assert make is not None
    make()
    assert log() == []
    installed(blob="12.8.0")
    make()
    (message,) = log()
    assert "MDC_STORAGE or AML_MODEL_DC_STORAGE is an account for an identity" in message


@pytest.mark.parametrize("module", ["azure.core.exceptions", "azure.storage.blob"])
def test_packages_that_do_not_fit_each_other_are_one_message(
    make_mirror: MakeMirror, log: Log, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """As an old pip leaves them: the import fails, the events wait."""
    mirror = make_mirror()
    mirror.append(b"{}\n")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, module, None)
        assert mirror.step() >= 30.0
    assert "are incompatible" in log()[0]
    assert "pip check" in log()[0]
    mirror.deliver()
