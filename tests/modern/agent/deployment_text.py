"""Deployment files of a few lines."""

from __future__ import annotations

_BEGIN = """\
name: blue
endpoint_name: ep
type: kubernetes
instance_type: small
data_collector:
  collections:
"""


def deployment_text(*collections: str) -> str:
    """Return the text of a deployment whose collections are enabled."""
    return _BEGIN + "".join(f"    {name}:\n      enabled: 'True'\n" for name in collections)
