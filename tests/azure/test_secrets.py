"""Keys, signatures and tokens come out nowhere; `secrets_at_debug` of the soak does it with 100."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.azure.azurite import Azurite
from tests.azure.fault_proxy import FaultProxy
from tests.azure.secret_paths import Output, Paths, Secret


def test_no_secret_comes_out_of_any_error_path(
    azurite_https: Azurite,
    proxy: FaultProxy,
    certificate: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not in logs at DEBUG, exceptions, settings, the spool, stdout or stderr."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    paths = Paths(azurite_https, proxy, tmp_path).all()
    assert len(paths) >= 30
    for number, path in enumerate(paths):
        secret, output = Secret(random.Random(number)), Output()
        path(secret, output)
        assert output.text()
        assert not secret.found_in(output.text())
        assert not secret.found_in("".join(capfd.readouterr()))


def test_the_search_finds_what_it_searches_for() -> None:
    """A text that holds a key, a signature, encoded or not, or a token differs from others."""
    secret = Secret(random.Random(0))
    assert secret.found_in(f"key={secret.key}")
    assert secret.found_in(f"x{secret.token}x")
    assert not secret.found_in("nothing of it")
