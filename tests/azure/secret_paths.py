"""Error paths that a secret may take, and all that comes out of them."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import random
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Callable
from urllib.parse import quote

from mdc_core.settings import Settings
from tests.ports import free_port

from .azurite import ACCOUNT, Azurite, Place
from .fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, answer
from .identity_endpoint import IdentityEndpoint
from .mirror import Mirror

_FAULTS = (
    PASS,
    answer(503, code="ServerBusy"),
    answer(500, code="InternalError"),
    answer(429, retry_after=1),
    answer(408),
    answer(404, code="ContainerNotFound"),
    answer(403, code="AuthorizationPermissionMismatch"),
    answer(401, code="InvalidAuthenticationInfo"),
    answer(400, code="InvalidResourceName"),
    answer(409, code="ContainerBeingDeleted"),
    answer(412, code="LeaseIdMissing"),
    RESET,
    DROP_RESPONSE,
)
"""What becomes of the requests that carry a key or a signature."""


class Secret:
    """One secret in the forms in which accounts know it."""

    def __init__(self, chance: random.Random) -> None:
        self.key = b64encode(bytes(chance.randrange(256) for _ in range(64))).decode()
        self.signature = b64encode(bytes(chance.randrange(256) for _ in range(32))).decode()
        self.token = urlsafe_b64encode(bytes(chance.randrange(256) for _ in range(48))).decode()

    def found_in(self, text: str) -> bool:
        """Return whether any form of it, or a good part of one, is in a text."""
        forms = (self.key, self.signature, self.token)
        parts = {part for form in forms for part in (form[:16], quote(form[:16], safe=""))}
        return any(part in text for part in parts)


class Output:
    """All that is logged, raised, described, or left in the spool."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._log = io.StringIO()

    def add(self, text: object) -> None:
        self._texts.append(str(text))

    def add_files(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            self.add(path)
            if path.is_file():
                self.add(path.read_bytes().decode(errors="replace"))

    def text(self) -> str:
        return "\n".join([*self._texts, self._log.getvalue()])

    @contextlib.contextmanager
    def logging(self) -> Iterator[None]:
        """Take what all loggers say at DEBUG, those of the libraries too."""
        root = logging.getLogger()
        handler = logging.StreamHandler(self._log)
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.setLevel(level)
            root.removeHandler(handler)


class Paths:
    """The error paths.

    Args:
        azurite_https: takes bearer tokens.
        proxy: in front of Azurite.
        folder: for spools.
    """

    def __init__(self, azurite_https: Azurite, proxy: FaultProxy, folder: Path) -> None:
        self._https = azurite_https.place
        self._proxy = proxy
        self._place = Place(f"{proxy.url}/{ACCOUNT}")
        self._folder = folder
        self._spools = 0

    def all(self) -> list[Callable[[Secret, Output], None]]:
        """Return functions that each send a secret down one path."""
        paths: list[Callable[[Secret, Output], None]] = []
        for fault in _FAULTS:
            paths += [self._with_key(fault), self._with_sas(fault)]
        nowhere = Place(f"http://127.0.0.1:{free_port()}/{ACCOUNT}")
        paths += [
            lambda secret, out: self._deliver(nowhere.with_key(secret.key), out),
            lambda secret, out: self._deliver(f"{nowhere.url}?{_sas(secret)}", out),
            lambda secret, out: self._deliver(
                f"BlobEndpoint={self._place.url};SharedAccessSignature={_sas(secret)}", out
            ),
            lambda secret, out: self._deliver(self._place.with_key(secret.key + "!"), out),
            self._misspelt,
            self._user_and_password,
            self._unknown_scheme,
            self._wrong_port,
            self._refused_token,
            self._refused_identity,
        ]
        return paths

    def _with_key(self, fault: Fault) -> Callable[[Secret, Output], None]:
        return lambda secret, out: self._deliver(self._place.with_key(secret.key), out, fault)

    def _with_sas(self, fault: Fault) -> Callable[[Secret, Output], None]:
        return lambda secret, out: self._deliver(f"{self._place.url}?{_sas(secret)}", out, fault)

    def _misspelt(self, secret: Secret, out: Output) -> None:
        self._deliver(f"AccountName=a;AccountKye={secret.key}", out)

    def _user_and_password(self, secret: Secret, out: Output) -> None:
        self._deliver(f"https://user:{secret.token}@127.0.0.1/", out)

    def _unknown_scheme(self, secret: Secret, out: Output) -> None:
        self._deliver(f"abfss://c@a.dfs.core.windows.net/?{_sas(secret)}", out)

    def _wrong_port(self, secret: Secret, out: Output) -> None:
        self._deliver(f"https://127.0.0.1:{secret.token}/", out)

    def _refused_token(self, secret: Secret, out: Output) -> None:
        with IdentityEndpoint({"aud": "https://example.com"}, signature=secret.token) as endpoint:
            self._deliver(self._https.url, out, **endpoint.environ)

    def _refused_identity(self, secret: Secret, out: Output) -> None:
        with IdentityEndpoint() as endpoint:
            refused = dict.fromkeys(("IDENTITY_HEADER", "MSI_SECRET"), secret.token)
            environ = {**endpoint.environ, **refused}
            self._deliver(self._https.url, out, PATH="", **environ)

    def _deliver(self, storage: str, out: Output, fault: Fault = PASS, **environ: str) -> None:
        """Read the settings, deliver a line in vain, and note all that can be seen of it."""
        self._proxy.choose = lambda request: fault
        self._spools += 1
        root = self._folder / "spool" / f"{self._spools}"
        with out.logging(), _environ({"MDC_STORAGE": storage, **environ}):
            try:
                settings = Settings.from_environ()
            except ValueError as error:
                _add_error(out, error)
                return
            out.add(settings)
            out.add(settings.describe())
            assert settings.jsonl_storage is not None
            mirror = Mirror(settings.jsonl_storage, "secrets", root)
            mirror.append(b"{}\n")
            mirror.step()
            try:
                mirror.uploader.upload(mirror.outbox.unfinished()[0])
            except OSError as error:
                _add_error(out, error)
            mirror.close()
        out.add_files(root)


def _sas(secret: Secret) -> str:
    signature = quote(secret.signature, safe="")
    return f"sv=2021-08-06&ss=b&srt=sco&sp=rwac&se=2030-01-01T00:00:00Z&sig={signature}"


def _add_error(out: Output, error: Exception) -> None:
    import traceback

    out.add(repr(error))
    out.add("".join(traceback.format_exception(type(error), error, error.__traceback__)))


@contextlib.contextmanager
def _environ(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
