"""Many services on their way: which step each is at, and what is left."""

from .steps import STEPS, ServiceStatus, State, StatusReport, Step
from .surveying import status

__all__ = ["STEPS", "ServiceStatus", "State", "StatusReport", "Step", "status"]
