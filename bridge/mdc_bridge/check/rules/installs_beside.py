"""MDC601: mdc-bridge can be installed with what a conda or pip file requires."""

from __future__ import annotations

from ...needs import BRIDGE
from ...scripts.old_names import OLD_PACKAGE
from ...texts import counted
from ..installing import is_installable
from ..rule import Facts, Hit, Hits, Verdict, rule

_NOT_BESIDE = (BRIDGE, OLD_PACKAGE, "python", "pip")


@rule(
    "MDC601",
    "mdc-bridge can be installed with these packages",
    Verdict.UNCHANGED,
    """
No package pinned here, or in a file named here, is older than mdc-bridge needs, so pip keeps
every pin and adds what is missing, usually orjson and azure-storage-blob. Put mdc-bridge in the
place of azureml-monitoring among the pip packages, without the extra tools: scoring does not need
them. On Python 3.6 keep azureml-monitoring and add mdc-bridge. In an existing image, keep the
installed versions:
pip list --format=freeze > held.txt; pip install -c held.txt mdc-bridge
""",
)
def find(facts: Facts) -> Hits:
    """Yield files in whose way nothing is."""
    for environment in facts.environments:
        if not is_installable(environment):
            continue
        bridge = environment.named(BRIDGE)
        python = environment.named("python")
        place = bridge.place if bridge else environment.first
        others = sum(
            each.requirement.name not in _NOT_BESIDE and not each.is_constraint
            for each in environment.requests
        )
        message = f"mdc-bridge can be installed with {counted(others, 'package')}"
        if python and python.requirement.is_pinned:
            message = f"{message}, {python.requirement.text}"
        yield Hit(place, message if bridge else f"{message}: add mdc-bridge to the pip packages")
