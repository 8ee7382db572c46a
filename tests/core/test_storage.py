"""Destinations by text: every form, every fault, and secrets that never show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.errors import SettingsError
from mdc_core.storage import AccountUrl, ConnectionString, Folder, Memory, parse_storage

KEY = "c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5+/w=="
SIGNATURE = "sv=2024-01-01&sig=c2VjcmV0c2lnbmF0dXJl"
CONNECTION = (
    f"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={KEY};"
    "EndpointSuffix=core.windows.net"
)
WITH_SECRETS = [
    CONNECTION,
    f"AccountName=acc; AccountKey={KEY}",
    f"AccountName=acc;accountkey={KEY};",
    f"AccountName=acc;\n AccountKey = {KEY}\n",
    f"BlobEndpoint=https://acc.blob.core.windows.net;SharedAccessSignature={SIGNATURE}",
    f"BlobEndpoint=https://acc.blob.core.windows.net/?{SIGNATURE}",
    f"https://acc.blob.core.windows.net?{SIGNATURE}",
    f"https://acc.blob.core.windows.net/container/path?{SIGNATURE}",
    f"https://acc.blob.core.windows.net/#{SIGNATURE}",
]
WITH_SECRETS_AND_FAULTS = [
    f"DefaultEndpointsProtocol=https;AccountKey={KEY}",
    f"AccountName=acc;AccountKey={KEY};Unknown=1",
    f"AccountName=acc;{KEY}",
    f"SharedAccessSignature={SIGNATURE}",
    f"ftp://acc?{SIGNATURE}",
    f"https://[acc?{SIGNATURE}",
    f"https://acc\u2100.net?{SIGNATURE}",
    f"abfss://user:{KEY}@acc.dfs.core.windows.net/x?{SIGNATURE}",
    f"wasbs://{KEY}@acc.blob.core.windows.net",
    f"dbfs:/x?{SIGNATURE}",
    f"azureml://datastores/x?{SIGNATURE}",
    f"https://user:{KEY}@acc.blob.core.windows.net",
    f"file://host/path?{SIGNATURE}",
    f"AccountName=acc;AccountKey={KEY}\0",
]


@pytest.mark.parametrize(
    ("text", "storage"),
    [
        ("/data/collected", Folder(Path("/data/collected"))),
        ("  /data/collected/ ", Folder(Path("/data/collected"))),
        ("/data/../collected", Folder(Path("/collected"))),
        ("/data/env=prod;v=1", Folder(Path("/data/env=prod;v=1"))),
        ("file:///data/collected", Folder(Path("/data/collected"))),
        ("FILE:///data", Folder(Path("/data"))),
        ("file://localhost/data", Folder(Path("/data"))),
        ("file:///data/with%20space", Folder(Path("/data/with space"))),
        ("file:///data/env=prod", Folder(Path("/data/env=prod"))),
        ("file:///~/x", Folder(Path("/~/x"))),
        ("memory://test", Memory("test")),
        (CONNECTION, ConnectionString(CONNECTION)),
        ("UseDevelopmentStorage=true", ConnectionString("UseDevelopmentStorage=true")),
        (
            "AccountName=a;QueueEndpoint=https://q",
            ConnectionString("AccountName=a;QueueEndpoint=https://q"),
        ),
        ("https://acc.blob.core.windows.net/", AccountUrl("https://acc.blob.core.windows.net")),
        ("HTTPS://acc.blob.core.windows.net", AccountUrl("https://acc.blob.core.windows.net")),
        ("http://127.0.0.1:10000/acc", AccountUrl("http://127.0.0.1:10000/acc")),
        (f"https://acc.net?{SIGNATURE}", AccountUrl("https://acc.net", SIGNATURE)),
    ],
)
def test_every_form_is_understood(text: str, storage: Any) -> None:
    """Folders, `file://` URLs, connection strings, account URLs and memory."""
    assert parse_storage(text, "MDC_STORAGE") == storage


@pytest.mark.parametrize("text", ["collected", "./collected", "../x/collected", "./env=prod"])
def test_relative_folders_are_made_absolute(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later change of the working directory does not move the data."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    expected = Folder((tmp_path / "here" / text).resolve())
    assert parse_storage(text, "MDC_STORAGE") == expected


def test_a_home_folder_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse_storage("~/collected", "MDC_STORAGE") == Folder(tmp_path / "collected")


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_file_is_refused(prefix: str, tmp_path: Path) -> None:
    """Where a folder is needed a file is named in the message."""
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsError, match=f"MDC_STORAGE names a file, {file}"):
        parse_storage(f"{prefix}{file}", "MDC_STORAGE")


@pytest.mark.parametrize("text", ["/" + "x" * 300, "/\ud800", "x" * 5000])
def test_folders_that_cannot_be_are_no_error_yet(text: str) -> None:
    """Reading the settings asks nothing of the disk that could fail."""
    assert isinstance(parse_storage(text, "MDC_STORAGE"), Folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("/a\0b", "NUL"),
        ("file:///a%00b", "NUL"),
        ("file://host/a", "file:///absolute/path"),
        ("file:relative=1", "file:///absolute/path"),
        ("ftp://x", "ftp:// is not supported"),
        ("https://", "a URL without an account"),
        ("https://[x", "is not a valid URL"),
        ("https://u:p@x", "without user and password"),
        ("https://x:port", "is not a valid URL"),
        ("a=b", "fields that none has"),
        ("DefaultEndpointsProtocol=https", "without AccountName or BlobEndpoint"),
    ],
)
def test_other_texts_are_refused(text: str, message: str) -> None:
    """The message names the setting and says what is wrong or valid."""
    with pytest.raises(SettingsError, match=message) as caught:
        parse_storage(text, "MDC_STORAGE")
    assert str(caught.value).startswith("MDC_STORAGE")


def _shows_a_secret(text: str) -> bool:
    return KEY[:12] in text or "c2VjcmV0c2ln" in text


@pytest.mark.parametrize("text", WITH_SECRETS)
def test_secrets_never_show(text: str) -> None:
    """Keys and signatures are in no text of a destination, whatever the spelling."""
    storage = parse_storage(text, "MDC_STORAGE")
    shown = f"{storage} {storage!r} {[storage]} {storage!s:>5}"
    assert not _shows_a_secret(shown)
    assert "acc" in str(storage)


@pytest.mark.parametrize("text", WITH_SECRETS_AND_FAULTS)
def test_secrets_never_show_in_errors(text: str) -> None:
    """Nor are they in the message or the causes of an error."""
    with pytest.raises(SettingsError) as caught:
        parse_storage(text, "MDC_STORAGE")
    error: Any = caught.value
    assert not _shows_a_secret(str(error))
    assert error.__cause__ is None or not _shows_a_secret(str(error.__cause__))
    assert error.__suppress_context__ or error.__context__ is None


@given(st.text(st.characters(blacklist_categories=())))
def test_any_text_is_a_destination_or_a_settings_error(text: str) -> None:
    """No other exception reaches the script that makes a collector."""
    try:
        shown = f"MDC_STORAGE is {parse_storage(text, 'MDC_STORAGE')}"
    except SettingsError as error:
        shown = str(error)
    assert shown.startswith("MDC_STORAGE")


def test_equal_texts_are_equal_destinations() -> None:
    """Destinations may be compared and be keys, by what they name and their secrets."""
    assert len({parse_storage(CONNECTION, "A"), parse_storage(CONNECTION, "B")}) == 1
    assert parse_storage("https://a?sig=1", "A") != parse_storage("https://a?sig=2", "A")


@pytest.mark.parametrize(
    "text",
    [
        "https://acct.blob.core.windows.net&sv=2020&sig=SECRET",
        "https://acct.blob.core.windows.net/&sv=2020&sig=SECRET",
        "https://acct.blob.core.windows.net/modeldata&sig=SECRET",
        '{"AccountName": "a", "AccountKey": "SECRET"}',
        "./collected/sig=SECRET",
        "/data/AccountKey=SECRET",
    ],
)
def test_secrets_in_the_wrong_place_are_refused_and_not_repeated(text: str) -> None:
    """They would be part of a name, which is shown."""
    with pytest.raises(SettingsError) as caught:
        parse_storage(text, "MDC_STORAGE")
    assert "MDC_STORAGE" in str(caught.value)
    assert "SECRET" not in str(caught.value)
