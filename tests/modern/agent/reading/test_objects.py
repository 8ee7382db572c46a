"""Objects of azure-ai-ml: what they ask of their collector, without that package."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest

from mdc_agent import from_deployment
from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_core.errors import SettingsError
from tests.forked_python import ForkedPython


def collection(enabled: object = "true", **more: object) -> Thing:
    return Thing(enabled=enabled, **more)


def deployment(collector: object, **more: object) -> Thing:
    return Thing(**{"endpoint_name": "ep", "name": "blue", "data_collector": collector, **more})


def test_a_deployment() -> None:
    """All that an object may say."""
    data = Thing(name="asset", path="azureml://datastores/d/paths/p", version=3, data_id=None)
    collector = Thing(
        collections={
            "model_inputs": collection("True", data=data, client_id="1111"),
            "model_outputs": collection(False),
        },
        rolling_rate="Hour",
        sampling_rate=1,
        request_logging=Thing(capture_headers=("x-tenant",)),
    )
    assert from_deployment(deployment(collector)) == Deployment(
        "ep",
        "blue",
        (
            DeployedCollection("model_inputs", True, "1111", "asset", "3", data.path),
            DeployedCollection("model_outputs", False),
        ),
        1.0,
        "hour",
        ("x-tenant",),
    )


def test_a_collector_alone() -> None:
    """The names of its deployment come beside it."""
    collector = Thing(collections={"a": collection(True)})
    assert from_deployment(collector, "ep", "blue").collections == (DeployedCollection("a", True),)
    with pytest.raises(SettingsError, match="endpoint= and name="):
        from_deployment(collector)


def test_a_deployment_without_a_collector() -> None:
    assert from_deployment(deployment(None)) == Deployment("ep", "blue", ())


class Word(str, Enum):
    """As in azure-core."""

    ON = "true"
    DAY = "Day"


def test_words_of_enumerations() -> None:
    collector = Thing(collections={"a": collection(Word.ON)}, rolling_rate=Word.DAY)
    read = from_deployment(deployment(collector))
    assert (read.collections[0].enabled, read.rolling_rate) == (True, "day")


WRONG: dict[str, tuple[object, str]] = {
    "nothing": (None, "a NoneType is not a deployment"),
    "a text": ("deployment.yaml", "a str is not a deployment"),
    "no names": (deployment(None, name=None), "does not name its deployment"),
    "a list": (deployment(Thing(collections=["a"])), "not a dict"),
    "a flag": (deployment(Thing(collections={"a": True})), "a DeploymentCollection"),
    "a rate in percent": (
        deployment(Thing(collections={}, sampling_rate=50)),
        "50 percent is 0.5",
    ),
    "another rate": (deployment(Thing(collections={}, rolling_rate="week")), "minute, hour or day"),
    "an object": (deployment(Thing(collections={}, rolling_rate=object())), "is a object"),
    "a number for a name": (deployment(Thing(collections={1: collection()})), "is not text: 1"),
    "a number for an id": (
        deployment(Thing(collections={"a": collection(client_id=5)})),
        "client_id is 5",
    ),
    "a header": (
        deployment(Thing(collections={}, request_logging=Thing(capture_headers=[1]))),
        "capture_headers is 1",
    ),
}


@pytest.mark.parametrize(("given", "words"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense(given: Any, words: str) -> None:
    """The message names the attribute, and what is valid."""
    with pytest.raises(SettingsError, match=words):
        from_deployment(given)


SCRIPT = """
import json, logging, sys, warnings
from dataclasses import asdict
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from azure.ai.ml import load_online_deployment
from azure.ai.ml.entities import (
    DataAsset, DataCollector, DeploymentCollection, KubernetesOnlineDeployment,
    ManagedOnlineDeployment, RequestLogging,
)
from mdc_agent import from_deployment

def collector():
    return DataCollector(
        {
            "model_inputs": DeploymentCollection(enabled="true"),
            "model_outputs": DeploymentCollection(
                enabled=True, client_id="c", data=DataAsset(name="n", path="p", version=2)
            ),
            "off": DeploymentCollection(enabled="false", destination="ignored by the client"),
        },
        rolling_rate="Hour",
        sampling_rate=0.25,
        request_logging=RequestLogging(capture_headers=["x"]),
    )

names = {"name": "blue", "endpoint_name": "ep"}
sent = collector()
sent._to_rest_object()
given = [
    from_deployment(ManagedOnlineDeployment(**names, data_collector=collector())),
    from_deployment(KubernetesOnlineDeployment(**names, data_collector=collector())),
    from_deployment(collector(), "ep", "blue"),
    from_deployment(sent, "ep", "blue"),
]
loaded = from_deployment(load_online_deployment(sys.argv[1]))
print(json.dumps([asdict(each) for each in given] + [asdict(loaded)]))
"""

FILE = """\
name: blue
endpoint_name: ep
instance_type: Standard_F2s_v2
data_collector:
  collections:
    model_inputs: {enabled: 'TRUE'}
    request: {enabled: 'False', data: {path: azureml://datastores/d/paths/p}}
  rolling_rate: Day
"""


@pytest.mark.newest_only
def test_the_real_objects(with_azure_ai_ml: ForkedPython, tmp_path: Path) -> None:
    """Both kinds of deployment, a collector alone, one that was sent, and a file as loaded."""
    path = tmp_path / "deployment.yaml"
    path.write_text(FILE)
    ended = with_azure_ai_ml.run(["-c", SCRIPT, str(path)], tmp_path, os.environ)
    assert ended.returncode == 0, ended.stderr
    *given, loaded = json.loads(ended.stdout)
    expected = Deployment(
        "ep",
        "blue",
        (
            DeployedCollection("model_inputs", True),
            DeployedCollection("model_outputs", True, "c", "n", "2", "p"),
            DeployedCollection("off", False),
        ),
        0.25,
        "hour",
        ("x",),
    )
    assert given == [json.loads(json.dumps(asdict(expected)))] * 4
    assert loaded["rolling_rate"] == "day"
    assert loaded["collections"][1]["data_path"] == "azureml://datastores/d/paths/p"
    assert [each["enabled"] for each in loaded["collections"]] == [True, False]
