"""The compiled part, for tests that compare it with the Python that does the same."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

import pytest

from mdc_core import compiled


def compiled_part() -> Any:
    """Return the module, or skip the file: `make test` says so where no compiler made it."""
    found = pytest.importorskip("mdc_fast")
    assert compiled.weave is found.weave
    return found


@contextmanager
def python_alone() -> Iterator[None]:
    """Do without the compiled part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "weave", None)
        patch.setattr(compiled, "read_rows", None)
        yield
