"""A workspace on this machine's loopback address, as far as Azure's client asks it for assets."""

from __future__ import annotations

import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.azure.certificates import write_certificate

WORKSPACE = "11111111-1111-1111-1111-111111111111/group/space"
_ROOT = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/group/providers/"
    "Microsoft.MachineLearningServices/workspaces/space"
)


class WorkspaceEndpoint:
    """Answers as Azure Resource Manager does.

    Args:
        folder: for its certificate.

    Attributes:
        assets: bodies that were sent, by `name/versions/version`; what is here already exists.
        datastores: properties by name.
        asked: method and path of each request.
    """

    def __init__(self, folder: Path) -> None:
        self.assets: dict[str, dict[str, Any]] = {}
        self.datastores: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.certificate, key = write_certificate(folder)
        handler = type("Handler", (_Handler,), {"endpoint": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def __enter__(self) -> WorkspaceEndpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environ(self) -> dict[str, str]:
        """The variables that lead Azure's client to it."""
        return {
            "ARM_CLOUD_METADATA_URL": f"{self.url}/metadata/endpoints",
            "REQUESTS_CA_BUNDLE": str(self.certificate),
            "AZURE_ML_CLI_PRIVATE_FEATURES_ENABLED": "",
        }

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Return status and content of an answer."""
        self.asked.append((method, path))
        if path.startswith("/metadata"):
            return 200, {
                "name": "Loopback",
                "portal": "https://portal.loopback.local",
                "resourceManager": self.url,
                "authentication": {"loginEndpoint": self.url},
                "suffixes": {"storage": "core.windows.net"},
            }
        asset = re.fullmatch(f"{_ROOT}/data/([^/]+/versions/[^/]+)", path, re.IGNORECASE)
        datastore = re.fullmatch(f"{_ROOT}/datastores/([^/]+)", path, re.IGNORECASE)
        if asset:
            return self._asset(method, path, asset.group(1), body)
        if datastore and datastore.group(1) in self.datastores:
            properties = self.datastores[datastore.group(1)]
            return 200, {"id": path, "name": datastore.group(1), "properties": properties}
        if path.lower() == _ROOT.lower():
            return 200, {"id": path, "name": "space", "location": "here", "properties": {}}
        return 404, {"error": {"code": "UserError", "message": f"{path} was not found"}}

    def _asset(self, method: str, path: str, key: str, body: bytes) -> tuple[int, Any]:
        if method == "PUT":
            if key in self.assets:
                message = f"Asset with version {key} already exists."
                return 409, {"error": {"code": "UserError", "message": message}}
            self.assets[key] = json.loads(body)
        if key not in self.assets:
            return 404, {"error": {"code": "UserError", "message": f"{key} was not found"}}
        return 200, {"id": path, "name": key.rpartition("/")[2], **self.assets[key]}


class _Handler(BaseHTTPRequestHandler):
    endpoint: WorkspaceEndpoint
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, content = self.endpoint.answer(method, urlsplit(self.path).path, body)
        answer = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""
