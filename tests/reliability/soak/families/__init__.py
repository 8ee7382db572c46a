"""Ways in which servers and scripts handle requests: what runs where, and in which order."""

from __future__ import annotations

from . import flask_views, generators, loops, marked, tasks, threads
from .serving import FAMILIES

__all__ = ["FAMILIES", "flask_views", "generators", "loops", "marked", "tasks", "threads"]
