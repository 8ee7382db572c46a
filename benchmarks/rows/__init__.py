"""All that `make bench` measures: the rows of the table, and the curves."""

from .around import other_rows
from .calls import call_rows
from .growths import GROWTHS
from .kinds import CALIBRATED, CALIBRATION, ROUNDS, Growth, Row, Value

ROWS = (*call_rows(), *other_rows())

__all__ = ["CALIBRATED", "CALIBRATION", "GROWTHS", "ROUNDS", "ROWS", "Growth", "Row", "Value"]
