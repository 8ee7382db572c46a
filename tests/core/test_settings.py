"""Settings: every variable, valid and not, and what is shown of them."""

from __future__ import annotations

import dataclasses
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.errors import MdcError, SettingsError
from mdc_core.settings import Settings
from mdc_core.storage import Folder

KEY = "c2VjcmV0a2V5c2VjcmV0a2V5"
SIGNATURE = "sv=2024-01-01&sig=c2VjcmV0c2ln"
CONNECTION = f"AccountName=acc; AccountKey={KEY}"
ACCOUNT = f"https://acc.blob.core.windows.net?{SIGNATURE}"

# variable, value, field, what it is
VALID: list[tuple[str, str, str, Any]] = [
    ("MDC_BRIDGE_MODE", " Dual ", "mode", "dual"),
    ("MDC_BRIDGE_MODE", "", "mode", "auto"),
    ("MDC_STORAGE", "/a", "jsonl_storage", Folder(Path("/a"))),
    ("MDC_STORAGE", "/a", "csv_storage", Folder(Path("/a"))),
    ("MDC_STORAGE", " ", "jsonl_storage", None),
    ("AML_MODEL_DC_STORAGE", "/b", "csv_storage", Folder(Path("/b"))),
    ("AML_MODEL_DC_STORAGE", "/b", "jsonl_storage", None),
    ("MDC_ENDPOINT", "e", "endpoint", "e"),
    ("MDC_ENDPOINT", "", "endpoint", None),
    ("MDC_DEPLOYMENT", "d", "deployment", "d"),
    ("MDC_WORKSPACE", "s/g/w", "workspace", "s/g/w"),
    ("MDC_WORKSPACE", " /s/g/w/ ", "workspace", "s/g/w"),
    ("MDC_WORKSPACE", "", "workspace", None),
    ("SERVICE_NAME", "svc", "service", "svc"),
    ("MDC_COLLECTIONS", "", "collection_names", ()),
    ("MDC_COLLECTIONS", "predictions=scores", "collection_names", (("predictions", "scores"),)),
    ("MDC_COLLECTIONS", " a = b ,, c=d=e ", "collection_names", (("a", "b"), ("c", "d=e"))),
    ("MDC_LEGACY_FILE_NAME", "Designation", "legacy_file_name", "designation"),
    ("MDC_LEGACY_FILE_NAME", "", "legacy_file_name", "data"),
    ("AML_MODEL_DC_BOUNDARY", " HOUR ", "hourly", True),
    ("AML_MODEL_DC_BOUNDARY", "day", "hourly", False),
    ("AML_MODEL_DC_DEBUG", "True", "legacy_debug", True),
    ("AML_MODEL_DC_DEBUG", "1", "legacy_debug", False),
    ("MDC_ROLLING_RATE", "Day", "rolling_rate", "day"),
    ("MDC_CONTAINER", "mine", "container", "mine"),
    ("AZUREML_MDC_HOST", "10.0.0.1", "collector_host", "10.0.0.1"),
    ("AZUREML_MDC_HOST", "", "collector_host", "127.0.0.1"),
    ("AZUREML_MDC_PORT", "5000", "collector_port", 5000),
    ("AZUREML_MDC_PORT", "", "collector_port", 50011),
    ("AZUREML_MDC_FORMAT_COMPACT", "true", "compact", True),
    ("MDC_SPOOL_DIR", "/spool", "spool", Path("/spool")),
    ("MDC_SPOOL_BYTES", "5", "spool_bytes", 5),
    ("MDC_DELIVERY_INTERVAL", "0.5", "delivery_interval", 0.5),
    ("AZUREML_MDC_QUEUE_CAPACITY", " 7 ", "queue_events", 7),
    ("MDC_QUEUE_BYTES", "8", "queue_bytes", 8),
    ("MDC_SYNC_INTERVAL", "0", "sync_interval", 0.0),
    ("MDC_SYNC_INTERVAL", "1e1", "sync_interval", 10.0),
    ("AZUREML_MDC_WORKER_DISABLED", "true", "worker_disabled", True),
    ("AZUREML_MDC_DEBUG", "TRUE", "debug", True),
]

# variable, value, what the message says is valid
INVALID: list[tuple[str, str, str]] = [
    ("MDC_BRIDGE_MODE", "both", "auto, legacy, dual, modern"),
    ("MDC_STORAGE", "ftp://x", "a folder"),
    ("AML_MODEL_DC_STORAGE", "a=b", "a folder"),
    ("MDC_WORKSPACE", "w", "SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE"),
    ("MDC_WORKSPACE", "s//w", "SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE"),
    ("MDC_WORKSPACE", "s/g/w/x", "SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE"),
    ("MDC_COLLECTIONS", "predictions", "designation=collection"),
    ("MDC_COLLECTIONS", "a=b,=c", "designation=collection"),
    ("MDC_COLLECTIONS", "a=", "designation=collection"),
    ("MDC_LEGACY_FILE_NAME", "inputs.csv", "data, designation"),
    ("MDC_ROLLING_RATE", "week", "minute, hour, day, month, year"),
    ("MDC_SPOOL_DIR", "https://acc.blob.core.windows.net", "a folder"),
    ("MDC_SPOOL_BYTES", "0", "a whole number from 1 up"),
    ("MDC_DELIVERY_INTERVAL", "-1", "a number from 0 up"),
    ("AZUREML_MDC_PORT", "0", "1 to 65535"),
    ("AZUREML_MDC_PORT", "65536", "1 to 65535"),
    ("AZUREML_MDC_PORT", "http", "1 to 65535"),
    ("AZUREML_MDC_QUEUE_CAPACITY", "0", "a whole number from 1 up"),
    ("AZUREML_MDC_QUEUE_CAPACITY", "1.5", "a whole number from 1 up"),
    ("AZUREML_MDC_QUEUE_CAPACITY", "-5", "a whole number from 1 up"),
    ("MDC_QUEUE_BYTES", "64MB", "a whole number from 1 up"),
    ("MDC_QUEUE_BYTES", "\u0660", "a whole number from 1 up"),  # a zero of other digits
    ("MDC_SYNC_INTERVAL", "soon", "a number from 0 up"),
    ("MDC_SYNC_INTERVAL", "nan", "a number from 0 up"),
    ("MDC_SYNC_INTERVAL", "inf", "a number from 0 up"),
    ("AZUREML_MDC_ENABLED", "yes", "true, false"),
    ("AZUREML_MDC_FORMAT_COMPACT", "yes", "true, false"),
    ("AZUREML_MDC_WORKER_DISABLED", "1", "true, false"),
    ("AZUREML_MDC_DEBUG", "on", "true, false"),
    ("AZUREML_MDC_LOCAL_CAPTURE", "on", "true, false"),
    ("AZUREML_MDC_SAMPLE_RATE", "200", "a number from 0 to 100"),
    ("AZUREML_MDC_CONFIG_PATH", "/absent/mdc.json", "cannot be read"),
]


@pytest.mark.parametrize(("variable", "value", "field", "expected"), VALID)
def test_a_variable_sets_its_field(variable: str, value: str, field: str, expected: Any) -> None:
    """Values are taken in any case and with spaces around; empty ones are as good as none."""
    made = getattr(Settings.from_environ({variable: value}), field)
    assert made == expected
    assert type(made) is type(expected)


@pytest.mark.parametrize(("variable", "value", "valid"), INVALID)
def test_a_wrong_value_is_refused_by_name(variable: str, value: str, valid: str) -> None:
    """The message names the variable and says what is valid; the error is a ValueError too."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: value})
    assert str(caught.value).startswith(variable)
    assert valid in str(caught.value)
    assert isinstance(caught.value, (MdcError, ValueError))


NUMBERS = (
    *("MDC_SPOOL_BYTES", "MDC_QUEUE_BYTES", "AZUREML_MDC_QUEUE_CAPACITY", "AZUREML_MDC_PORT"),
    *("MDC_SYNC_INTERVAL", "MDC_DELIVERY_INTERVAL", "AZUREML_MDC_SAMPLE_RATE"),
)


@pytest.mark.parametrize(
    "digits", ["9" * 5000, "1" + "0" * 19, "1e999", "9" * 20, "-" + "9" * 5000]
)
@pytest.mark.parametrize("variable", NUMBERS)
def test_numbers_of_any_length_are_refused_by_name(variable: str, digits: str) -> None:
    """More digits than Python reads, bytes than there are, seconds than a thread waits."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: digits})
    assert str(caught.value).startswith(f"{variable} is ")
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("variable", NUMBERS)
def test_leading_zeros_are_no_digits(variable: str) -> None:
    """However many there are."""
    plain, padded = (Settings.from_environ({variable: text}) for text in ("7", "0" * 5000 + "7"))
    assert padded == plain


@pytest.mark.parametrize(
    "variable",
    sorted({each for each, _, _ in INVALID} - {"MDC_COLLECTIONS"}),  # there it is valid
)
@pytest.mark.parametrize("text", [CONNECTION, ACCOUNT])
def test_a_secret_in_the_wrong_variable_is_not_repeated(variable: str, text: str) -> None:
    """What is wrong is shown, but for keys and signatures."""
    try:
        shown = str(Settings.from_environ({variable: text}))
    except SettingsError as error:
        shown = str(error)
    assert KEY not in shown
    assert "c2VjcmV0c2ln" not in shown


def test_without_variables_nothing_is_collected() -> None:
    """The defaults of every field, as documented."""
    settings = Settings.from_environ({})
    assert (settings.csv, settings.jsonl, settings.collector) == (False, False, False)
    assert settings.csv_storage is settings.jsonl_storage is None
    assert settings.rolling_rate == "hour"
    assert (settings.queue_events, settings.queue_bytes) == (50_000, 64 * 1024 * 1024)
    assert settings.sync_interval == 5
    assert (settings.collector_host, settings.collector_port) == ("127.0.0.1", 50011)
    assert settings.spool.name == f"mdc-spool-{os.geteuid()}"


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No value is kept from the import: a script may set variables before it collects."""
    monkeypatch.setenv("MDC_ENDPOINT", "first")
    assert Settings.from_environ().endpoint == "first"
    monkeypatch.setenv("MDC_ENDPOINT", "second")
    assert Settings.from_environ().endpoint == "second"


def test_equal_environments_are_equal_settings() -> None:
    """Collectors with equal settings share a pipeline, so settings are keys, and do not change."""
    environ = {"MDC_STORAGE": "/a", "MDC_COLLECTIONS": "a=b", "AZUREML_MDC_ENABLED": "true"}
    one, same = Settings.from_environ(environ), Settings.from_environ(dict(environ))
    assert len({one, same}) == 1
    assert one != Settings.from_environ({**environ, "MDC_STORAGE": "/b"})
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.mode = "dual"  # type: ignore[misc]


def test_every_field_is_described() -> None:
    """`describe` shows all of the settings as text."""
    settings = Settings.from_environ({"MDC_STORAGE": "/a"})
    described = settings.describe()
    assert set(described) == {field.name for field in dataclasses.fields(Settings)}
    assert all(type(text) is str for text in described.values())
    assert described["jsonl_storage"] == "/a"


@pytest.mark.parametrize("variable", ["MDC_STORAGE", "AML_MODEL_DC_STORAGE"])
@pytest.mark.parametrize("value", [CONNECTION, ACCOUNT, f"BlobEndpoint={ACCOUNT}"])
def test_secrets_never_show(variable: str, value: str) -> None:
    """Neither `str` nor `repr` nor `describe` shows a key or a signature."""
    settings = Settings.from_environ({variable: value})
    shown = f"{settings} {settings!r} {settings.describe()}"
    assert settings.csv_storage is not None
    assert KEY not in shown
    assert "c2VjcmV0c2ln" not in shown
    assert "acc" in settings.describe()["csv_storage"]


@pytest.mark.parametrize("variable", ["MDC_STORAGE", "AML_MODEL_DC_STORAGE", "MDC_SPOOL_DIR"])
@pytest.mark.parametrize(
    "value",
    [f"AccountKey={KEY}", f"{CONNECTION};X=1", f"ftp://{SIGNATURE}", f"https://[?{SIGNATURE}"],
)
def test_secrets_never_show_in_errors(variable: str, value: str) -> None:
    """A connection string with a fault is not repeated."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: value})
    assert variable in str(caught.value)
    assert KEY not in str(caught.value)
    assert "c2VjcmV0c2ln" not in str(caught.value)


VARIABLES = sorted({variable for variable, *_ in VALID} | {variable for variable, *_ in INVALID})


@given(st.dictionaries(st.sampled_from(VARIABLES), st.text(), max_size=4))
def test_any_value_is_a_setting_or_a_settings_error(environ: dict[str, str]) -> None:
    """No other exception reaches the script, whatever the environment holds."""
    try:
        named = set(Settings.from_environ(environ).describe())
    except SettingsError as error:
        named = {variable for variable in environ if variable in str(error)}
    assert named
