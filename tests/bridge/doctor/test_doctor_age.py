"""Old images: what is missing, old or in conflict, and what it costs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Callable

import pytest

from mdc_bridge.doctor.versions import check_age, check_versions
from mdc_bridge.needs import PACKAGES
from tests.bridge.doctor.conftest import only, statuses

Install = Callable[..., None]
FLOORS = {name: ".".join(map(str, version)) for name, version in PACKAGES.items()}


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes packages, by name, version and what they require, the only ones that are installed."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    def plant(name: str, version: str, *requires: str, form: str = "dist-info") -> None:
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.{form}"
        folder.mkdir()
        lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {r}" for r in requires)]
        file = "METADATA" if form == "dist-info" else "PKG-INFO"
        (folder / file).write_text("\n".join(lines) + "\n\nA description: none.\n")

    return plant


def test_the_floors_are_enough(install: Install) -> None:
    """Also as conda and old releases of setuptools record them."""
    for name, version in FLOORS.items():
        install(name, version, form="egg-info" if name == "numpy" else "dist-info")
    checks = list(check_versions())
    assert set(statuses(checks).values()) == {"ok"}
    assert only(checks, "dependencies").found == ", ".join(
        f"{name} {version}" for name, version in FLOORS.items()
    )


@pytest.mark.parametrize(
    ("name", "status", "cost"),
    [
        ("orjson", "warn", "the same values from the standard library, in five to seven times"),
        ("azure-identity", "warn", "a connection string or SAS can"),
        ("azure-storage-blob", "warn", "folders work"),
        ("pandas", "fail", "is not installed"),
    ],
)
def test_what_a_missing_package_costs(install: Install, name: str, status: str, cost: str) -> None:
    for other, version in FLOORS.items():
        if other != name:
            install(other, version)
    check = only(check_versions(), name)
    assert check.status.value == status
    assert cost in check.found
    assert f"pip install '{name}>={FLOORS[name]}'" in check.todo


@pytest.mark.parametrize("metadata", ["", "not metadata at all"])
def test_a_package_whose_metadata_are_broken_is_not_to_be_installed_again(
    install: Install, tmp_path: Path, metadata: str
) -> None:
    """It would be upgraded, and what the model needs with it."""
    for name, version in FLOORS.items():
        if name != "numpy":
            install(name, version)
    (tmp_path / "numpy").mkdir()
    if metadata:
        (tmp_path / "numpy-1.19.5.dist-info").mkdir()
        (tmp_path / "numpy-1.19.5.dist-info" / "METADATA").write_text(metadata)
    check = only(check_versions(), "numpy")
    assert check.status.value == "warn"
    assert "pip install" not in check.todo
    assert "numpy.__version__: 1.18 or newer will do" in check.todo


def test_a_client_that_is_too_new_is_replaced_by_the_release_that_fits(
    install: Install, tmp_path: Path
) -> None:
    """What pip before 20.3 leaves is what the delivery says of it when it starts."""
    install("azure-storage-blob", "12.19.1", "azure-core <2.0.0,>=1.28.0")
    install("azure-core", "1.19.0")
    for package, version in (("storage/blob", "12.19.1"), ("core", "1.19.0")):
        (tmp_path / "azure" / package).mkdir(parents=True)
        (tmp_path / "azure" / package / "__init__.py").touch()
        (tmp_path / "azure" / package / "_version.py").write_text(f'VERSION = "{version}"\n')
    (check,) = (each for each in check_versions() if "12.19.1 wants" in each.found)
    assert check.todo == "pip install 'azure-storage-blob<12.12'"


def test_a_package_below_its_floor_is_named(install: Install) -> None:
    install("numpy", "1.17.5")
    check = next(check for check in check_versions() if "is older than" in check.found)
    assert (check.name, check.found) == ("numpy", "1.17.5 is older than 1.18")


@pytest.mark.parametrize(
    ("requirement", "is_in_conflict"),
    [
        ("azure-core (<=1.22.1)", True),
        ("azure-core<1.30.0", True),
        ("azure-core<2.0.0,>=1.0.0", False),
        ("azure-core==1.30", False),
        ("azure-core~=1.29", False),
        ("azure-core<1.0; extra == 'x'", False),
        ("other<1.0", False),
    ],
)
def test_packages_that_want_other_versions_are_named(
    install: Install, requirement: str, is_in_conflict: bool
) -> None:
    """As `pip install` without a lock leaves them; only of what we run on."""
    install("azure-storage-blob", "12.19.1", "azure-core <2.0.0,>=1.28.0")
    install("azure-core", "1.30.0")
    install("other", "3.0")
    install("azureml-core", "1.42.0", requirement)
    found = [check for check in check_versions() if "azureml-core 1.42.0 wants" in check.found]
    assert bool(found) == is_in_conflict
    for check in found:
        assert check.name == "azure-core"
        assert check.found.startswith("1.30.0 is installed, and azureml-core 1.42.0 wants azure-")
        assert "pip install -c held.txt mdc-bridge" in check.todo


def test_nothing_is_said_of_what_is_not_old(install: Install) -> None:
    for name in PACKAGES:
        install(name, "99.0")
    assert list(check_age((3, 11))) == []


def test_each_cost_of_an_old_image_is_named(install: Install) -> None:
    """None of it is a warning: it collects."""
    for name, version in FLOORS.items():
        install(name, version)
    checks = list(check_age((3, 7)))
    assert set(statuses(checks).values()) == {"ok"}
    found = only(checks, "old here").found
    assert all(f"{name} {version}" in found for name, version in FLOORS.items())
    assert "texts of that time" in found
    assert "the commands of mdc-bridge need 3.9" in only(checks, "old Python").found
    assert "AZURE_FEDERATED_TOKEN_FILE" in only(checks, "old azure-identity").found


@pytest.mark.parametrize(
    ("version", "unknown"), [("1.6.1", 2), ("1.7.0", 1), ("1.9.0", 0), ("1.17.1", 0)]
)
def test_identities_that_a_version_does_not_know(
    install: Install, version: str, unknown: int
) -> None:
    install("azure-identity", version)
    found = " ".join(check.found for check in check_age((3, 11)) if "identities" in check.found)
    assert (found.count("IDENTITY_HEADER") + found.count("FEDERATED")) == unknown
