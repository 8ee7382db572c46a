"""How the store keeps events, after the agent's settings."""

from __future__ import annotations

from ..store.settings import StoreSettings
from .settings import AgentSettings


def store_settings(settings: AgentSettings) -> StoreSettings:
    """Return what the store needs to know of the settings."""
    return StoreSettings(
        settings.spool,
        spool_bytes=settings.spool_bytes,
        waiting_bytes=settings.waiting_bytes,
        sync_interval=settings.sync_interval,
        delivery_interval=settings.delivery_interval,
        remembered_ids=settings.remembered_ids,
        workspace=settings.workspace or "",
        batch_window=settings.batch_window,
    )
