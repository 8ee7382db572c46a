"""Deployments in any form -> `Deployment`, and remarks about them."""

from __future__ import annotations

from .deployment_yaml import read_deployment
from .remarks import ERROR, WARNING, Position, Reading, Remark

__all__ = ["ERROR", "WARNING", "Position", "Reading", "Remark", "read_deployment"]
