"""What becomes of scoring scripts under the bridge, line by line."""

from .checking import check
from .findings import Finding, Report, Verdict
from .rule import Rule
from .rules import RULES

__all__ = ["RULES", "Finding", "Report", "Rule", "Verdict", "check"]
