"""MDC602: a conda file chooses a Python that mdc-bridge does not run on."""

from __future__ import annotations

from ...needs import PYTHON, version_text
from ..installing import of_each, old_pythons
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC602",
    "the Python version is older than mdc-bridge needs",
    Verdict.CHANGE,
    """
mdc-bridge replaces azureml-monitoring on Python 3.7 and newer, and runs beside it on 3.6 (from
3.6.1). A pickled model usually works on 3.7 with the same versions of numpy, pandas and
scikit-learn, which have builds for both. Load it there and compare its predictions before
anything else.
""",
)
def find(facts: Facts) -> Hits:
    """Yield pythons that are too old."""
    for request in of_each(facts, old_pythons):
        advice = "python=3.7" if request.requirement.is_below(PYTHON[:2]) else "python=3.6"
        message = f"{request.requirement.text}: mdc-bridge needs {version_text(PYTHON)}"
        yield Hit(request.place, message, advice)
