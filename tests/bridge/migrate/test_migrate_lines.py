"""Lines of several ids made together: each as it is when it is made alone."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.migrate.line_maker import LineMaker
from tests.core.made import STREAM

PARTS = st.sampled_from([b"", b"a", b"2019-06-01T12:00:00.5", b"\xc3\xbc"])
ROWS = st.sampled_from([b"{}", b'{"a":1}', b'{"a":1},{"a":2}', b'{"a":"%s"}' % (b"x" * 60)])


def _raw(_hour: bytes, event_id: bytes, data: bytes) -> str:
    return f"folder/{event_id.decode()}/{len(data)}"


@given(st.lists(st.tuples(PARTS, PARTS, ROWS, PARTS, PARTS, PARTS), min_size=1))
def test_lines_together_are_those_made_one_by_one(
    values: list[tuple[bytes, bytes, bytes, bytes, bytes, bytes]],
) -> None:
    """Those whose data are too large for a line stand among the others, with their URL."""
    make = LineMaker(STREAM, _raw, largest=40)
    alone = [make(*([value] for value in each)) for each in values]
    assert make(*map(list, zip(*values))) == b"".join(alone)
    for line, each in zip(alone, values):
        content = json.loads(line)
        assert ("dataref" in content) == (len(each[2]) + 2 > 40) == ("data" not in content)
        assert content["id"] == each[0].decode()
        assert content["modelversion"] == each[5].decode()
