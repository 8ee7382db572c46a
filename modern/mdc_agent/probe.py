"""`python -m mdc_agent.probe ready|health [PORT]`: whether the agent of this container is.

For probes of orchestrators, which cannot reach a loopback address from outside. Needs nothing but
the standard library, so that it is quick.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Sequence

_PAGES = ("ready", "health")
_PORT = 50011
_SECONDS = 4.0
_FINE, _NOT, _WRONG_USE = 0, 1, 2


def probe(arguments: Sequence[str]) -> int:
    """Return the exit code of a probe: 0 where the agent says yes, 1 where not, 2 for wrong use.

    Args:
        arguments: the page, and the port where it is not the default one.
    """
    page, *rest = arguments or ("",)
    port = int(rest[0]) if rest and rest[0].isdigit() else _PORT
    if page not in _PAGES or len(rest) > 1 or (rest and not rest[0].isdigit()):
        sys.stderr.write("usage: python -m mdc_agent.probe ready|health [PORT]\n")
        return _WRONG_USE
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", f"/{page}")
        response = connection.getresponse()
        text = response.read(500).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"the agent does not answer on port {port}: {error}\n")
        return _NOT
    finally:
        connection.close()
    sys.stdout.write(f"{response.status} {text}\n")
    return _FINE if response.status == http.client.OK else _NOT


if __name__ == "__main__":
    sys.exit(probe(sys.argv[1:]))
