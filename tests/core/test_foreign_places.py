"""Places as other systems spell them: resolved, or refused with the spelling that works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core import foreign_places
from mdc_core.errors import SettingsError
from mdc_core.storage import Folder, parse_storage

SCHEMES = ["abfs", "abfss", "adl", "az", "azureml", "dbfs", "gs", "hdfs", "https", "memory"]
SCHEMES += ["s3", "s3a", "wasb", "wasbs", "ftp", "x-y.z+1"]
RESTS = ["/", "/x", "/x/y z", "///x", "/..", "/x;AccountName=a", "/x=1"]


def _refused(text: str) -> str:
    with pytest.raises(SettingsError, match=r"^MDC_STORAGE") as caught:
        parse_storage(text, "MDC_STORAGE")
    return str(caught.value)


@pytest.mark.parametrize("rest", RESTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_scheme_is_a_folder_below_the_working_directory(scheme: str, rest: str) -> None:
    """With one slash or three, whatever follows; the message names the scheme."""
    for spelled in (scheme, scheme.upper()):
        if not (scheme == "memory" and rest.startswith("//")):
            assert scheme in _refused(f"{spelled}:{rest}")


@pytest.mark.parametrize("scheme", [each for each in SCHEMES if each not in ("ftp", "x-y.z+1")])
def test_a_known_scheme_needs_no_slash(scheme: str) -> None:
    """Neither `dbfs:x` nor `dbfs:/x` is a folder; a folder may have the name of another scheme."""
    assert scheme in _refused(f"{scheme}:x")


@pytest.mark.parametrize("text", ["run:1", "2026-11-21T09:15", "./dbfs:", "./C:", "a/b:c"])
def test_a_folder_may_have_a_colon_in_its_name(text: str) -> None:
    """As long as nothing of it is known to be something else."""
    assert parse_storage(text, "MDC_STORAGE") == Folder(Path(os.path.abspath(text)))


@pytest.mark.parametrize(
    "text", ["C:\\x", "c:/x", "C:", "C:x", "\\\\server\\share", "\\x", "D:\\a=b;c"]
)
def test_paths_of_windows_are_refused_elsewhere(text: str) -> None:
    """They are said to be such."""
    assert "path of Windows" in _refused(text)


@pytest.mark.parametrize(
    "text", ["file:/data/x", "file:///data/x", "FILE:/data/x", "file:/data/%78"]
)
def test_file_urls_have_one_slash_or_three(text: str) -> None:
    """Both name the folder from the root down."""
    assert parse_storage(text, "MDC_STORAGE") == Folder(Path("/data/x"))


@pytest.mark.parametrize("text", ["file:x", "file:./x", "file:/a%00b", "file:"])
def test_other_file_urls_are_refused(text: str) -> None:
    """The message shows the form."""
    assert "file:///absolute/path" in _refused(text)


@pytest.mark.parametrize(
    ("text", "folder"),
    [("dbfs:/x/y", "dbfs/x/y"), ("dbfs:///x", "dbfs/x"), ("dbfs:/Volumes/a/b", "Volumes/a/b")],
)
def test_databricks_folders_are_where_databricks_has_them(
    text: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a cluster they are found; elsewhere the message names where they would be."""
    monkeypatch.setattr(foreign_places, "_DATABRICKS", str(tmp_path / "dbfs"))
    monkeypatch.setattr(foreign_places, "_VOLUMES_ROOT", str(tmp_path / "Volumes"))
    assert str(tmp_path / folder) in _refused(text)
    (tmp_path / folder.partition("/")[0]).mkdir()
    assert parse_storage(text, "MDC_STORAGE") == Folder(tmp_path / folder)


@pytest.mark.parametrize("scheme", ["abfs", "abfss", "wasb", "wasbs"])
@pytest.mark.parametrize("ending", ["", "/", "/path/below"])
def test_accounts_of_hadoop_are_told_as_they_are_named_here(scheme: str, ending: str) -> None:
    """The account's URL and the container by itself, for commands and for collectors."""
    kind = "dfs" if scheme.startswith("abfs") else "blob"
    message = _refused(f"{scheme}://my-data@acme1.{kind}.core.windows.net{ending}")
    assert "https://acme1.blob.core.windows.net," in message
    assert "--container my-data" in message
    assert "MDC_CONTAINER=my-data" in message


def test_accounts_of_other_clouds_keep_their_domain() -> None:
    """China's and the government's."""
    message = _refused("abfss://data@acme.dfs.core.chinacloudapi.cn/x")
    assert "https://acme.blob.core.chinacloudapi.cn," in message


@pytest.mark.parametrize("rest", ["", "/", "//", "//x", "//u:p@x", "//a@b.c"])
def test_other_texts_of_hadoop_get_the_form(rest: str) -> None:
    """The message repeats nothing of it."""
    message = _refused(f"abfss:{rest}")
    assert "https://ACCOUNT.blob.core.windows.net" in message
    assert "--container CONTAINER" in message


@given(st.sampled_from([*SCHEMES, "file", "C"]), st.text(max_size=8))
def test_whatever_follows_a_scheme_is_below_no_working_directory(scheme: str, rest: str) -> None:
    """Either another place, or an error."""
    try:
        storage = parse_storage(f"{scheme}:/{rest}", "MDC_STORAGE")
    except SettingsError:
        return
    if isinstance(storage, Folder):
        assert not str(storage).startswith(f"{os.getcwd()}/")
