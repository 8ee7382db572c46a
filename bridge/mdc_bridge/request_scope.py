"""Marks around what serves a request, so that its outputs get the id of its inputs."""

from .scoring.request_scope import AsgiRequestScope, WsgiRequestScope, request_scope

__all__ = ["AsgiRequestScope", "WsgiRequestScope", "request_scope"]
