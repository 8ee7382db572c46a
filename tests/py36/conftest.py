"""The room that is in the wheel for Python 3.6 alone, for any Python."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "py36"))
