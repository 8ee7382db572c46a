"""The container as it is: what will be collected here, where to, and why."""

from .examination import doctor
from .report import Check, Report, Status

__all__ = ["Check", "Report", "Status", "doctor"]
