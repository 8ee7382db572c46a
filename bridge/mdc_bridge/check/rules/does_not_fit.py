"""MDC612: packages that cannot be installed together with mdc-bridge."""

from __future__ import annotations

from ..installing import of_each, packages_that_do_not_fit
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC612",
    "packages that cannot be installed together",
    Verdict.CHANGE,
    """
mdc-bridge needs numpy, pandas, azure-storage-blob and azure-identity, and releases of these need a
Python and others of their time, as azureml-defaults does; numpy and pandas have no wheels for newer
Pythons, and do not compile there. No releases are left that fit all that is
asked for here: pip fails, usually without mdc-bridge as well. Change one of the packages named.
""",
)
def find(facts: Facts) -> Hits:
    """Yield requirements that do not fit the ones before them."""
    for clash in of_each(facts, packages_that_do_not_fit):
        others = " and ".join(each.requirement.text for each in clash.others)
        message = (
            f"mdc-bridge cannot be installed with {clash.request.requirement.text} with {others}"
        )
        yield Hit(clash.request.place, message, clash.advice)
