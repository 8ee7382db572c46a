"""The cells of the lifecycle matrix."""

from __future__ import annotations

import itertools
from typing import Dict, Iterable, List, Tuple

from tests.reliability.ends import Cell, Server, is_installed

PLACES = ("import", "init", "request", "thread")
# Where nothing can be written the place of the collector makes no difference.
DESTINATIONS = (("up", PLACES), ("refusing", PLACES[:1]), ("blocked", PLACES[:1]))


def _gunicorn(*options: str, needs: Tuple[str, ...] = (), app: str = "wsgi") -> Server:
    command = ("-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "1", "-c", "wsgi.py")
    # One that answers a request after the other leaves those that wait for it.
    graceful = "-k" in options
    return Server((*command, *options, f"{app}:application"), ("gunicorn", *needs), graceful)


def _own(kind: str, *needs: str, graceful: bool = False) -> Server:
    return Server(("own_server.py", kind, "{port}"), needs, graceful)


def _uwsgi(*options: str) -> Server:
    code = "import sys, pyuwsgi; pyuwsgi.run(sys.argv[1:])"
    words = ("--http-socket", "127.0.0.1:{port}", "--master", "--die-on-term", "--need-app")
    return Server(
        ("-c", code, *words, "--module", "wsgi", "--callable", "application", *options),
        ("pyuwsgi",),
    )


def _celery(pool: str, *needs: str) -> Server:
    return Server(("tasks.py", "{folder}", pool), ("celery", *needs), ready="tasks")


_UVICORN = ("-m", "uvicorn", "asgi:application", "--port", "{port}", "--log-level", "error")
_HYPERCORN = ("-m", "hypercorn", "asgi:application", "-b", "127.0.0.1:{port}")
# It does not end at gunicorn's SIGQUIT, until gunicorn kills it.
_UVICORN_WORKER = ("-k", "uvicorn_worker.UvicornWorker", "--graceful-timeout", "8")

HTTP: Dict[str, Server] = {
    "gunicorn sync": _gunicorn(),
    "gunicorn sync, preload": _gunicorn("--preload"),
    "gunicorn gthread": _gunicorn("-k", "gthread", "--threads", "8"),
    "gunicorn gthread, preload": _gunicorn("-k", "gthread", "--threads", "8", "--preload"),
    "gunicorn gevent": _gunicorn("-k", "gevent", needs=("gevent",)),
    "gunicorn gevent, preload": _gunicorn("-k", "gevent", "--preload", needs=("gevent",)),
    "gunicorn uvicorn": _gunicorn(*_UVICORN_WORKER, needs=("uvicorn_worker",), app="asgi"),
    "gunicorn uvicorn, preload": _gunicorn(
        *_UVICORN_WORKER, "--preload", needs=("uvicorn_worker",), app="asgi"
    ),
    "uvicorn": Server(_UVICORN, ("uvicorn",), True),
    "uvicorn, 2 workers": Server((*_UVICORN, "--workers", "2"), ("uvicorn",), True),
    "uvicorn in a script": _own("uvicorn in a script", "uvicorn", graceful=True),
    "hypercorn": Server(_HYPERCORN, ("hypercorn",), True),
    # When an idle worker has left, hypercorn 0.18 terminates the others, with what they answer.
    "hypercorn, 2 workers": Server((*_HYPERCORN, "--workers", "2"), ("hypercorn",), False),
    "flask": _own("flask", "flask"),
    "gevent": _own("gevent", "gevent"),
    "gevent, late": _own("gevent, late", "gevent"),
    "eventlet": _own("eventlet", "eventlet"),
    "eventlet, late": _own("eventlet, late", "eventlet"),
    "uwsgi": _uwsgi("--enable-threads"),
    "uwsgi, threads": _uwsgi("--threads", "4"),
    "uwsgi, lazy": _uwsgi("--enable-threads", "--lazy-apps"),
    "uwsgi, no threads": _uwsgi(),
}
_MAX_REQUESTS = {
    "gunicorn sync, 10 requests": _gunicorn("--max-requests", "10"),
    "gunicorn gevent, 10 requests": _gunicorn("-k", "gevent", "--max-requests", "10"),
    "uvicorn, 24 requests": Server((*_UVICORN, "--limit-max-requests", "24"), ("uvicorn",)),
}
CELERY = {
    "celery prefork": _celery("prefork"),
    "celery threads": _celery("threads"),
    "celery solo": _celery("solo"),
}
THREADS = Server(("threads.py", "{end}"), ready="line")
THREADS_ENDS = (
    *("end", "exception", "sys.exit", "os._exit", "os.abort", "exec", "kills itself"),
    *("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGALRM", "SIGINT, default"),
    "SIGTERM, handler",
)
CHILDREN = ("fork", "spawn", "forkserver", "billiard", "os.fork")
CHILDREN_ENDS = ("return", "exception", "sys.exit", "os._exit", "terminate")
POOLS = ("fork pool", "spawn pool", "billiard pool")
EXECUTORS = ("fork executor", "spawn executor", "loky")


def _child(kind: str) -> Server:
    needs = tuple(name for name in ("billiard", "loky") if kind.startswith(name))
    return Server(("children.py", kind, "{end}"), needs, ready="")


def servers() -> Dict[str, Server]:
    """Return all that are installed here, by name."""
    found = {**HTTP, **_MAX_REQUESTS, **CELERY, "threads": THREADS}
    found.update((kind, _child(kind)) for kind in (*CHILDREN, *POOLS, *EXECUTORS))
    return {name: server for name, server in found.items() if is_installed(server)}


def all_cells() -> List[Cell]:
    """Return the whole matrix, as far as it is installed here."""
    cells: List[Cell] = []

    def add(names: Iterable[str], places: Iterable[str], ends: Iterable[str]) -> None:
        for destination, possible in DESTINATIONS:
            chosen = [place for place in places if place in possible]
            found = itertools.product(names, chosen, ends, [destination])
            cells.extend(itertools.starmap(Cell, found))

    add(HTTP, PLACES, ("SIGTERM", "SIGINT"))
    add([name for name in HTTP if name.startswith("gunicorn")], PLACES, ("SIGQUIT", "SIGHUP"))
    add(_MAX_REQUESTS, ("import", "request"), ("max_requests",))
    add(CELERY, ("import", "init", "request"), ("SIGTERM",))
    # At SIGQUIT a solo worker goes on waiting for its broker, with and without us.
    add([name for name in CELERY if name != "celery solo"], PLACES[:3], ("SIGQUIT",))
    add(("threads",), PLACES, THREADS_ENDS)
    add(CHILDREN, ("import", "init", "thread"), CHILDREN_ENDS)
    add(POOLS, ("import", "init"), ("return", "pool terminate, idle"))
    # One of billiard's that ends busy workers may wait for ever, with and without us: a worker
    # dies with the lock of the results, which the other one waits for, SIGTERM blocked.
    add(POOLS[:2], ("import", "init"), ("pool terminate",))
    add(EXECUTORS, ("import", "init"), ("return", "exception"))
    here = servers()
    return [cell for cell in cells if cell.server in here and not _is_stated(cell)]


def _is_stated(cell: Cell) -> bool:
    """Return whether the log says that the loss is not counted.

    uWSGI ends busy workers in C, gunicorn kills those of uvicorn that do not end at its SIGQUIT.
    """
    is_killed = cell.server.startswith("gunicorn uvicorn") and cell.end in ("SIGINT", "SIGQUIT")
    return cell.destination == "blocked" and (is_killed or cell.server.startswith("uwsgi"))


def representative_cells() -> List[Cell]:
    """Return the cells of `make test`: each server and each end at least once."""
    up = [
        ("gunicorn sync, preload", "import", "SIGTERM"),
        ("gunicorn gthread", "request", "SIGHUP"),
        ("gunicorn gevent", "import", "SIGTERM"),
        ("gunicorn gevent, preload", "import", "SIGHUP"),
        ("gunicorn uvicorn, preload", "request", "SIGTERM"),
        ("uvicorn", "init", "SIGTERM"),
        ("hypercorn", "import", "SIGTERM"),
        ("flask", "request", "SIGTERM"),
        ("eventlet, late", "import", "SIGINT"),
        ("uwsgi", "import", "SIGTERM"),
        ("celery prefork", "request", "SIGTERM"),
        ("threads", "thread", "SIGTERM"),
        ("threads", "init", "SIGTERM, handler"),
        ("threads", "import", "exec"),
        ("billiard", "init", "return"),
        ("fork", "import", "terminate"),
        ("os.fork", "thread", "os._exit"),
        ("fork pool", "import", "pool terminate"),
        ("billiard pool", "import", "pool terminate, idle"),
        ("loky", "init", "return"),
    ]
    down = [
        ("gunicorn uvicorn", "import", "SIGTERM", "blocked"),
        ("uvicorn", "import", "SIGTERM", "blocked"),
        ("threads", "import", "SIGQUIT", "blocked"),
        ("gunicorn gevent", "import", "SIGTERM", "refusing"),
    ]
    here = servers()
    return [
        cell
        for cell in [*(Cell(*each, "up") for each in up), *itertools.starmap(Cell, down)]
        if cell.server in here
    ]
