"""Events become lines, each id once; a line is in a file before its sender gets the answer.

Below the agent's spool folder lie

    format          which version of this layout it is
    lock            locked by the one agent that uses it
    ids/NUMBER      the journal of event ids, see `ids`
    to/HASH/        the core's spool of one destination, see `mdc_core.spool`
"""

from mdc_core.errors import SpoolFullError

from .lane import LaneState
from .settings import LinePlace, StoreSettings
from .store import Store

__all__ = ["LaneState", "LinePlace", "SpoolFullError", "Store", "StoreSettings"]
