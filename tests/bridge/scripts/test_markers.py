"""Environment markers of requirements, in scoring images."""

from __future__ import annotations

from typing import Optional

import pytest

from mdc_bridge.scripts.markers import holds


@pytest.mark.parametrize(
    ("marker", "expected"),
    [("", True), ("python_version < '3.8'", True), ("python_version >= '3.10'", False)]
    + [("python_version <= '3.6'", None), ("'3.8' > python_version", True), ("x == 'y'", None)]
    + [
        ("(x == 'y' or python_version > '2') and (os_name == 'posix')", True),
        ("(x == 'y')", None),
        ("sys_platform == 'win32'", False),
        ("os_name != 'nt' and python_version < '3.9'", True),
    ]
    + [("extra == 'a' or python_version < '4.0'", True), ("(python_version < '4')", True)],
)
def test_where_a_requirement_holds(marker: str, expected: Optional[bool]) -> None:
    """On Python 3.6 and 3.7, in an image; None where it is not known."""
    assert holds(marker, [(3, 6), (3, 7)]) is expected
