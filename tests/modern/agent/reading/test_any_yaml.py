"""Any YAML, and any text: an answer with places, never another error."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_agent.destinations import AgentSettings, read_settings
from mdc_agent.reading import read_deployment
from mdc_core.errors import SettingsError
from tests.examples_of import examples

_KEYS = st.sampled_from(
    [
        *("name", "endpoint_name", "type", "data_collector", "collections", "enabled", "data"),
        *("path", "version", "sampling_rate", "rolling_rate", "request_logging", "capture_headers"),
        *("listen", "datastores", "payload", "account", "container", "folder", "spool_bytes"),
        *("rows", "inputs", "destination", "client_id", "runMode", "captureHeaders"),
    ]
)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), _KEYS
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(_KEYS, _SCALARS), inner, max_size=4),
    ),
    max_leaves=20,
)


def answer(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.yaml"
        path.write_bytes(content)
        reading = read_deployment(path, {})
        assert (reading.deployment is None) == any(
            remark.severity == "error" for remark in reading.remarks
        )
        assert all(remark.at("f").isprintable() for remark in reading.remarks)
        with contextlib.suppress(SettingsError):
            assert isinstance(read_settings(path, {}), AgentSettings)


@settings(max_examples=examples(300))
@given(_VALUES)
def test_any_values(value: object) -> None:
    """Of any shape, with keys that mean something in places where they do not."""
    answer(yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace"))


@settings(max_examples=examples(200))
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode())))
def test_any_bytes(content: bytes) -> None:
    """Files that are not YAML, or not text."""
    answer(content)
