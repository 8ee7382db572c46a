"""Environments of SDK v1: their packages, images and variables."""

from __future__ import annotations

from typing import Any

from .old_service import OldDeployment
from .remarks import described
from .seen import Made, Unknown

_NO_NAME = (dict, list, int, float)
_FROM_FILES = ("Environment.from_conda_specification", "Environment.from_pip_requirements")


def read_environment(old: OldDeployment, environment: Made) -> None:
    """Add what an `Environment` of SDK v1 says: packages, image, variables."""
    if environment.maker == "Environment.get":
        old.environment = (environment.argument("name", 1), environment.argument("version", 2))
    elif environment.maker == ".clone" and environment.origin is not None:
        read_environment(old, environment.origin)
    elif environment.maker in _FROM_FILES:
        old.conda_file = environment.argument("file_path", 1)
    elif environment.maker == "Environment.from_docker_image":
        old.image = environment.argument("image", 1)
        old.conda_file = environment.argument("conda_specification", 3)
    said = environment.attributes
    dependencies = said.get("python.conda_dependencies")
    if isinstance(dependencies, Made):
        old.conda = conda_of(dependencies)
    elif dependencies is not None:
        old.conda_file = dependencies
    _add_packages(old, environment)
    old.image = said.get("docker.base_image") or old.image
    variables = said.get("environment_variables")
    if isinstance(variables, dict):
        old.variables.update(variables)
    elif variables is not None:
        old.leftovers["environment_variables"] = variables
    for name in ("docker.base_dockerfile", "docker.arguments", "spark.packages"):
        if said.get(name) is not None:
            old.leftovers[name] = said[name]
    if old.environment is not None and old.conda is not None:
        base = described(old.environment[0])
        old.leftovers["Environment.get"] = (
            f"the packages in {base} are not known: add them to conda.yml"
        )
        old.environment = None


def _add_packages(old: OldDeployment, environment: Made) -> None:
    """Take the packages that are added to an environment of its own."""
    prefix = "python.conda_dependencies."
    added = Made("CondaDependencies", [], {}, environment.place)
    added.calls = [
        (path[len(prefix) :], positional, keywords)
        for path, positional, keywords in environment.calls
        if path.startswith(prefix)
    ]
    if added.calls:
        packages = conda_of(added)["dependencies"]
        old.conda = old.conda or {"dependencies": []}
        old.conda["dependencies"] = _merged(old.conda["dependencies"], packages)


def conda_of(described: Made) -> dict[str, Any]:
    """Return the conda environment that a `CondaDependencies` describes."""
    file = described.argument("conda_dependencies_file_path", 0)
    pip = _listed(described.argument("pip_packages", 1))
    packages = _listed(described.argument("conda_packages", 2))
    if described.maker == "CondaDependencies" and file is not None:
        return {"file": file, "dependencies": []}
    version = described.argument("python_version", 3)
    for path, positional, keywords in described.calls:
        given = positional[0] if positional else next(iter(keywords.values()), None)
        if path == "add_pip_package":
            pip += _listed(given)
        elif path == "add_conda_package":
            packages += _listed(given)
        elif path == "set_python_version":
            version = given
    if version is not None:
        packages[:0] = [f"python={version}"] if isinstance(version, str) else _listed(version)
    return {"dependencies": _merged([], [*packages, {"pip": pip}] if pip else packages)}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [
        Unknown(described(each), "of the wrong type") if isinstance(each, _NO_NAME) else each
        for each in (value if isinstance(value, list) else [value])
    ]


def _merged(first: list[Any], second: list[Any]) -> list[Any]:
    pip = [name for each in (*first, *second) if isinstance(each, dict) for name in each["pip"]]
    others = [each for each in (*first, *second) if not isinstance(each, dict)]
    return [*others, {"pip": pip}] if pip else others
