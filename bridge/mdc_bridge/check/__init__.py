"""What becomes of scoring scripts under the bridge and on endpoints, line by line."""

from .checking import check
from .findings import Finding, Report, Target, Verdict
from .rule import Rule
from .rules import RULES

__all__ = ["RULES", "Finding", "Report", "Rule", "Target", "Verdict", "check"]
