"""The new conda environment has the bridge, the server and what the model needs."""

from __future__ import annotations

from typing import Any

import pytest

from mdc_bridge.deployment.conda import make_conda
from mdc_bridge.deployment.remarks import Remarks

SERVER, BRIDGE = "azureml-inference-server-http", "mdc-bridge"


def _made(*packages: Any, pip: tuple[str, ...] = (), **more: Any) -> tuple[Any, list[str]]:
    remarks = Remarks()
    content = {"dependencies": [*packages, {"pip": list(pip)}], **more}
    return make_conda(content, False, remarks), [each.text for each in remarks.all]


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        ("azureml-monitoring", None),
        ("azureml-monitoring==0.1.0a21", None),
        ("azureml_monitoring", None),
        ("azureml-ai-monitoring", None),
        ("azureml-defaults~=1.20.0", None),
        ("azureml-defaults[x]==1", None),
        ("numpy==1.16.2", "numpy>=1.18"),
        ("numpy==1.18.5", "numpy==1.18.5"),
        ("azure-storage-blob==2.1.0", "azure-storage-blob>=12.8"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy>=1.16", "numpy>=1.16"),
        ("pandas<1", "pandas>=1.1"),
        ("numpy<1.18", "numpy>=1.18"),
        ("numpy<=1.18", "numpy<=1.18"),
        ("numpy>=1.16,<1.23", "numpy>=1.16,<1.23"),
        ("inference-schema[numpy-support]", "inference-schema[numpy-support]"),
        ("--extra-index-url https://x", "--extra-index-url https://x"),
        ("git+https://host/x.git", "git+https://host/x.git"),
    ],
)
def test_requirement(old: str, expected: str) -> None:
    made, said = _made("python=3.10", pip=(old,))
    pip = made["dependencies"][-1]["pip"]
    assert pip == [*([expected] if expected else []), SERVER, BRIDGE]
    assert len(said) == (old != expected)


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        ("python=3.6.2", "python=3.10"),
        ("python=3.8", "python=3.8"),
        ("python<3.7", "python=3.10"),
        ("python<3.9", "python<3.9"),
        ("python<3.11", "python<3.11"),
        ("python==3.9.1", "python==3.9.1"),
        ("python=3.11", "python=3.11"),
        ("python>=3.6", "python=3.10"),
        ("numpy", "python=3.10"),
    ],
)
def test_python(old: str, expected: str) -> None:
    made, said = _made(old, name="mine", channels=["defaults"])
    assert made["dependencies"][0] == expected
    assert any("packages pinned to old versions" in each for each in said) == (old != expected)
    assert (made["name"], made["channels"]) == ("mine", ["defaults"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://me:c2VjcmV0@host/simple", "https://FILL_IN@host/simple"),
        ("https://c2VjcmV0@host/x.git", "https://FILL_IN@host/x.git"),
        ("https://host/x.whl?sv=1&sig=c2VjcmV0", "https://host/x.whl?sv=1&sig=***"),
        ("https://${TOKEN}@host/simple", "https://${TOKEN}@host/simple"),
        ("https://me:${TOKEN}@host/simple", "https://me:${TOKEN}@host/simple"),
        ("https://$TOKEN@host/simple", "https://$TOKEN@host/simple"),
        ("https://me:c2VjcmV0$1@host/simple", "https://FILL_IN@host/simple"),
        ("git+https://me:c2V@jcmV0@host/x.git@v1", "git+https://FILL_IN@host/x.git@v1"),
        ("git+ssh://git:c2VjcmV0@host/x.git", "git+ssh://FILL_IN@host/x.git"),
        ("git+ssh://git@host/x.git", "git+ssh://git@host/x.git"),
        ("git+ssh://git@host:7999/x.git@v1", "git+ssh://git@host:7999/x.git@v1"),
    ],
)
def test_secrets_are_not_copied(given: str, expected: str) -> None:
    """From an index, a package's URL, or a channel."""
    for before in ("--extra-index-url ", "model @ ", ""):
        made, said = _made("python=3.10", pip=(before + given,), channels=[given])
        assert made["dependencies"][-1]["pip"][0] == before + expected
        assert made["channels"] == [expected]
        assert any("holds a secret" in each for each in said) == (given != expected)
        assert "c2VjcmV0" not in f"{made} {said}"


def test_bridge_that_is_there_already() -> None:
    made, _ = _made("python=3.10", pip=("mdc-bridge==0.1.0", SERVER))
    assert made["dependencies"][-1]["pip"] == ["mdc-bridge==0.1.0", SERVER]
