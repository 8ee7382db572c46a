"""A script closes sockets that are not its own: what has their numbers next is not touched."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import List, Set

import pytest

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.storage import ConnectionString
from tests.azure.azurite import Azurite
from tests.azure.test_collector_answers import answering, says

_MINE = b"the user's own bytes"
_ANSWER = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def _sockets() -> Set[str]:
    """Return the numbers of open sockets, each with what the kernel calls it."""
    links = set()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            links.add(f"{name} {os.readlink(f'/proc/self/fd/{name}')}")
    return {each for each in links if " socket:" in each}


def _new_sockets(use: Callable[[], object]) -> List[int]:
    """Return the sockets that stay open after something was done."""
    before = _sockets()
    use()
    return [int(each.partition(" ")[0]) for each in _sockets() - before]


def _take(numbers: List[int], path: Path, reused: bool) -> None:
    path.write_bytes(_MINE)
    for number in numbers:
        if reused:
            opened = os.open(path, os.O_RDWR | os.O_APPEND)
            os.dup2(opened, number)
            os.close(opened)
        else:
            os.close(number)


def _check(numbers: List[int], path: Path, reused: bool) -> None:
    assert path.read_bytes() == _MINE
    for number in numbers if reused else ():
        os.close(number)  # raises where somebody has closed it


@pytest.mark.parametrize("reused", [True, False])
def test_an_account_connects_again(azurite: Azurite, tmp_path: Path, reused: bool) -> None:
    """A kept connection whose number is lost is neither used nor closed."""
    account = ConnectedAccount(ConnectionString(azurite.place.connection_string))

    def use() -> None:
        with account.translated("any"):
            account.make_container(f"lost-{uuid.uuid4().hex[:8]}")

    lost = _new_sockets(use)
    assert lost
    _take(lost, tmp_path / "users", reused)
    use()
    account.close()
    _check(lost, tmp_path / "users", reused)


@pytest.mark.parametrize("reused", [True, False])
@pytest.mark.parametrize("again", [True, False])
def test_a_collector_is_connected_again(tmp_path: Path, reused: bool, again: bool) -> None:
    """The same of the connection to Azure's collector, also where nothing follows but its end."""
    with answering(_ANSWER, keeps=True) as (connection, _):
        assert connection.post(b"[1]", {}).status == 200
        lost = [connection._open.descriptor]
        _take(lost, tmp_path / "users", reused)
        if again:
            assert connection.post(b"[1]", {}).status == 200
        connection.close()
        _check(lost, tmp_path / "users", reused)
