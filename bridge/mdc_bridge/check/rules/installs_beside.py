"""MDC601: mdc-bridge installs beside what a file of conda or pip asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ...counted import counted
from ...needs import BRIDGE
from ...scripts.facts import OLD_PACKAGE, Facts
from ..findings import Verdict
from ..installing import PROBLEMS
from ..rule import Hit, Rule

_NOT_BESIDE = (BRIDGE, OLD_PACKAGE, "python", "pip")


def find(facts: Facts) -> Iterator[Hit]:
    """Yield files in whose way nothing is."""
    for environment in facts.environments:
        if any(problem(environment) for problem in PROBLEMS):
            continue
        bridge = environment.named(BRIDGE)
        python = environment.named("python")
        place = bridge.place if bridge else environment.first
        others = sum(
            each.requirement.name not in _NOT_BESIDE and not each.is_held
            for each in environment.asked
        )
        message = f"mdc-bridge installs beside {counted(others, 'package')}"
        if python and python.requirement.is_pinned:
            message = f"{message}, {python.requirement.text}"
        yield Hit(place, message if bridge else f"{message}: one line more, among pip's")


RULE = Rule(
    "MDC601",
    "mdc-bridge installs beside these packages",
    Verdict.UNCHANGED,
    """
Nothing that the file pins, or one that it names, is older than mdc-bridge needs, so pip keeps
every pin and adds what is missing: orjson and azure-storage-blob mostly. mdc-bridge goes where
azureml-monitoring stood, among pip's packages, without the extra tools: scoring needs none of them.
On Python 3.6 it goes beside azureml-monitoring, which stays. In an image that is built
already, hold pip to what is there:
pip list --format=freeze > held.txt; pip install -c held.txt mdc-bridge
""",
    find,
)
