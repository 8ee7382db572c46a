"""Servers that a script runs itself: `own_server.py KIND PORT`."""

from __future__ import annotations

import sys


def flask_server(port: int) -> None:
    """Flask's own server, a thread for each request; SIGTERM has its default action."""
    import flask
    import wsgi

    app = flask.Flask("scores")
    app.wsgi_app = wsgi.application  # type: ignore[method-assign]
    wsgi.post_worker_init(None)
    app.run(port=port)


def gevent_server(port: int) -> None:
    """Gevent's own server, where everything is replaced before anything else is imported."""
    from gevent import monkey

    monkey.patch_all()
    import wsgi
    from gevent.pywsgi import WSGIServer

    wsgi.post_worker_init(None)
    WSGIServer(("127.0.0.1", port), wsgi.application, log=None).serve_forever()


def late_gevent_server(port: int) -> None:
    """The same, where collectors may be made before it."""
    import wsgi
    from gevent import monkey

    monkey.patch_all()
    from gevent.pywsgi import WSGIServer

    wsgi.post_worker_init(None)
    WSGIServer(("127.0.0.1", port), wsgi.application, log=None).serve_forever()


def eventlet_server(port: int) -> None:
    """Eventlet's own server."""
    import eventlet

    eventlet.monkey_patch()
    import wsgi
    from eventlet import wsgi as server

    wsgi.post_worker_init(None)
    server.server(eventlet.listen(("127.0.0.1", port)), wsgi.application, log_output=False)


def late_eventlet_server(port: int) -> None:
    """The same, where collectors may be made before it."""
    import eventlet
    import wsgi

    eventlet.monkey_patch()
    from eventlet import wsgi as server

    wsgi.post_worker_init(None)
    server.server(eventlet.listen(("127.0.0.1", port)), wsgi.application, log_output=False)


def uvicorn_in_script(port: int) -> None:
    """uvicorn, run by a script that has imported the application itself."""
    import asgi
    import uvicorn

    uvicorn.run(asgi.application, port=port, log_level="error")


SERVERS = {
    "flask": flask_server,
    "gevent": gevent_server,
    "gevent, late": late_gevent_server,
    "eventlet": eventlet_server,
    "eventlet, late": late_eventlet_server,
    "uvicorn in a script": uvicorn_in_script,
}

if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
