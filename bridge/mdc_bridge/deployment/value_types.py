"""Values of an old deployment that are of a type that their place cannot take."""

from __future__ import annotations

from typing import Any

from .old_service import OldDeployment
from .remarks import described, is_unknown
from .seen import Unknown

_TEXTS = ("name", "script", "source", "conda_file", "image", "compute")
_TEXT_SETTINGS = (
    "compute_target_name",
    "description",
    "namespace",
    "primary_key",
    "secondary_key",
    "version_name",
)
_FLAGS = (
    "auth_enabled",
    "autoscale_enabled",
    "blobfuse_enabled",
    "collect_model_data",
    "enable_app_insights",
    "token_auth_enabled",
)
_LARGEST = 1e9
_TABLES = ("tags", "properties")


def check_types(old: OldDeployment) -> None:
    """Make what has a wrong type unknown: the old SDK would have refused it, or hidden it."""
    for field in _TEXTS:
        setattr(old, field, _checked(getattr(old, field), (str,)))
    old.models = [(_checked(name, (str,)), _checked(n, (str, int))) for name, n in old.models]
    if old.environment is not None:
        name, version = old.environment
        old.environment = _checked(name, (str,)), _checked(version, (str, int))
    if old.settings is not None:
        old.settings = {
            name: _checked(value, _types(name))
            for name, value in old.settings.items()
            if value is not None
        }
    for version in old.versions:
        check_types(version)


def _types(setting: str) -> tuple[type, ...]:
    if setting in _TEXT_SETTINGS:
        return (str,)
    if setting in _FLAGS:
        return (bool,)
    return (dict,) if setting in _TABLES else (int, float)


def _checked(value: Any, types: tuple[type, ...]) -> Any:
    if value is None or is_unknown(value):
        return value
    fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
    if fits and isinstance(value, str) and not value.isprintable():
        return Unknown(ascii(value), "with control characters")
    if fits and isinstance(value, (int, float)) and not abs(value) <= _LARGEST:
        return Unknown(ascii(value)[:20], "out of range")
    return value if fits else Unknown(described(value), "of the wrong type")
