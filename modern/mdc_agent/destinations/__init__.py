"""The agent's settings file, and where each collection goes."""

from __future__ import annotations

from .settings import Address, AgentSettings, Datastore, RowSettings
from .settings_file import read_settings

__all__ = ["Address", "AgentSettings", "Datastore", "RowSettings", "read_settings"]
