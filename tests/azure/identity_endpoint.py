"""The endpoint at which App Service, and AKS behind it, give a managed identity its tokens."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional
from urllib.parse import parse_qs, urlsplit

HEADER = "identity-header-secret"
CLIENT = "11111111-2222-3333-4444-555555555555"
SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"

_STORAGE = "https://storage.azure.com"
_ISSUER = "https://sts.windows.net/99999999-8888-7777-6666-555555555555/"


class IdentityEndpoint:
    """Answers requests for tokens as documented for `IDENTITY_ENDPOINT`.

    Args:
        claims: see below.
        signature: of the tokens; nobody checks it here.

    Attributes:
        claims: put into each token, over those that make it valid.
        asked: the queries so far, each by parameter.
    """

    def __init__(
        self, claims: Optional[Mapping[str, object]] = None, signature: str = SIGNATURE
    ) -> None:
        self.claims = dict(claims or {})
        self._signature = signature
        self.asked: list[dict[str, str]] = []
        handler = type("Handler", (_Handler,), {"endpoint": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def __enter__(self) -> IdentityEndpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def environ(self) -> dict[str, str]:
        """The variables that lead to it."""
        port = self._server.server_address[1]
        return {
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{port}/msi/token",
            "IDENTITY_HEADER": HEADER,
            # As old versions of azure-identity have it; App Service sets both.
            "MSI_ENDPOINT": f"http://127.0.0.1:{port}/msi/token",
            "MSI_SECRET": HEADER,
        }

    def token(self) -> dict[str, str]:
        """Return the body of an answer."""
        now = int(time.time())
        claims = {
            "aud": _STORAGE,
            "iss": _ISSUER,
            "iat": now - 60,
            "nbf": now - 60,
            "exp": now + 3600,
            "oid": "o",
            "tid": "t",
            **self.claims,
        }
        token = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}.{self._signature}"
        return {
            "access_token": token,
            "expires_on": str(now + 3600),
            "resource": _STORAGE,
            "token_type": "Bearer",
            "client_id": CLIENT,
        }


class _Handler(BaseHTTPRequestHandler):
    endpoint: IdentityEndpoint

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.endpoint.asked.append(query)
        allowed = HEADER in (self.headers["X-IDENTITY-HEADER"], self.headers["secret"])
        body = json.dumps(self.endpoint.token() if allowed else {"message": "forbidden"}).encode()
        self.send_response(200 if allowed else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""


def _part(value: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
