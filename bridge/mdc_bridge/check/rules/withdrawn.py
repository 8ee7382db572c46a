"""MDC605: azureml-defaults of a version that can no longer be installed."""

from __future__ import annotations

from ..installing import of_each, withdrawn_packages
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC605",
    "an azureml-defaults that can no longer be installed",
    Verdict.CHANGE,
    """
azureml-defaults 1.15 to 1.33 need azureml-dataprep-rslex of versions that were withdrawn: no
image is built from this file any more, with or without mdc-bridge. 1.14 and 1.34 still install,
with the same numpy, pandas and scikit-learn (and see MDC609). Or build on the image in use, as
MIGRATION.md says: FROM that image, and one pip install.
""",
)
def find(facts: Facts) -> Hits:
    """Yield requirements that nothing fulfils."""
    for request in of_each(facts, withdrawn_packages):
        name, text = request.requirement.name, request.requirement.text
        yield Hit(request.place, f"{text} can no longer be installed", f"{name}==1.34.0")
