"""Requirements of pip and conda, and the versions that they leave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mdc_bridge import needs
from mdc_bridge.requirements import (
    Requirement,
    is_valid_for_pip,
    leave_a_version,
    parse_requirement,
    requirement_lines,
)

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

# Text, what is shown of it, whether the newest is left out, and whether 1.18 and all that is
# newer, and all that is older than 1.15, are left out.
CASES = [
    ("numpy", "numpy", False, False, False),
    ("numpy==1.16.2", "numpy==1.16.2", True, True, True),
    ("numpy===1.16.2", "numpy===1.16.2", True, True, True),
    ("numpy==1.18", "numpy==1.18", True, False, True),
    ("numpy==1.18.0rc1", "numpy==1.18.0rc1", True, False, True),
    ("numpy==1.*", "numpy==1.*", True, False, False),
    ("numpy=1.16", "numpy=1.16", True, True, True),
    ("numpy=1", "numpy=1", True, False, False),
    ("numpy=1.18.5=py37h1", "numpy=1.18.5=py37h1", True, False, True),
    ("numpy 1.8.1 py27_0", "numpy 1.8.1 py27_0", True, True, False),
    ("numpy 1.16|1.18.*", "numpy 1.16|1.18.*", True, False, True),
    ("numpy 1.14|1.16.*", "numpy 1.14|1.16.*", True, True, False),
    ("conda-forge::numpy=1.16", "numpy=1.16", True, True, True),
    ("numpy[version='>=1.2,<1.3']", "numpy>=1.2,<1.3", True, True, False),
    ("numpy~=1.16", "numpy~=1.16", True, False, True),
    ("numpy~=1.16.2", "numpy~=1.16.2", True, True, True),
    ("numpy>=1.16,<1.18", "numpy>=1.16,<1.18", True, True, True),
    ("numpy >= 1.16, != 1.17", "numpy>= 1.16, != 1.17", False, False, True),
    ("numpy (>=1.2)", "numpy>=1.2", False, False, False),
    ("numpy<1.18", "numpy<1.18", True, True, False),
    ("numpy<=1.18", "numpy<=1.18", True, False, False),
    ("numpy<1.18.1", "numpy<1.18.1", True, False, False),
    ("Scikit_Learn==0.22.2.post1", "scikit-learn==0.22.2.post1", True, True, False),
    ("mdc-bridge[tools]>=0.1", "mdc-bridge[tools]>=0.1", False, False, False),
    ("numpy==1.16.2 --hash=sha256:0a1b \\", "numpy==1.16.2", True, True, True),
    ("numpy==1.16.2  # of the model", "numpy==1.16.2", True, True, True),
    ("model @ https://host/other-1.0.zip", "model", False, False, False),
    ("model @ https://host/model-1.0.zip", "model==1.0", True, True, False),
    ("https://host/mdc_bridge-0.1.0-py3-none-any.whl", "mdc-bridge==0.1.0", True, True, False),
    ("./w/torch-1.9.0%2Bcpu-cp38-cp38-linux_x86_64.whl", "torch==1.9.0+cpu", True, True, False),
    ("a @ https://host/a-1.16.0-py3-none-any.whl#sha256=0", "a==1.16.0", True, True, True),
    ("a[b] @ git+https://host/x.git@v1", "a[b]", False, False, False),
    ("git+https://host/x.git@v1#egg=Model_X", "model-x", False, False, False),
    ("-e git+https://host/x.git#subdirectory=y&egg=x[z]", "x[z]", False, False, False),
    ("--editable=git+ssh://git@host/x.git#egg=x&subdirectory=y", "x", False, False, False),
    ("https://host/archive/main.zip#egg=x-1.16", "x==1.16", True, True, True),
    ("https://host/scikit-learn-1.16.tar.gz", "scikit-learn==1.16", True, True, True),
    ("numpy==1.18.0", "numpy==1.18.0", True, False, True),
]


@pytest.mark.parametrize(("text", "shown", "pinned", "below", "at_least"), CASES)
def test_requirement(text: str, shown: str, pinned: bool, below: bool, at_least: bool) -> None:
    """Name and bounds are read as pip and conda read them."""
    found = parse_requirement(text)
    assert found is not None
    assert (found.text, found.is_pinned) == (shown, pinned)
    assert (found.is_below((1, 18)), found.is_at_least((1, 15))) == (below, at_least)
    assert not found.is_conditional


def test_requirement_that_holds_somewhere() -> None:
    """A marker is reported, and not a part of the bounds."""
    found = parse_requirement("numpy<1.18 ; python_version < '3.7'")
    assert found is not None
    assert (found.text, found.is_conditional) == ("numpy<1.18", True)


@pytest.mark.parametrize(
    "text",
    ["", "-r other.txt", "--extra-index-url https://x", "./model", "/model", "../model"]
    + ["git+https://host/x.git", "https://host/x.zip", "C:\\model", "git+ssh://git@host/x.git@v1"],
)
def test_what_names_no_package(text: str) -> None:
    """Options, paths and repositories."""
    assert parse_requirement(text) is None


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("numpy", True),
        ("numpy==1.*", True),
        ("numpy[a,b] >=1, <2 ; x == 'y'", True),
        ("a (>=1)", True),
    ]
    + [("numpy~=1.2", True), ("a===1-x", True), ("a @ https://host/a.zip", True), ("./a", True)]
    + [("a==1 --hash=sha256:0", True), ("a==1.0+cpu # x", True), ("git+https://h/a#egg=a", True)]
    + [("numpy=1.18", False), ("numpy 1.18", False), ("numpy=1.18=py37_0", False), ("x::a", False)]
    + [("numpy>=1|<2", False), ("numpy~=1", False), ("a==", False), ("a[version='1']", False)],
)
def test_what_pip_takes(text: str, is_valid: bool) -> None:
    """Not conda's forms."""
    assert is_valid_for_pip(text) is is_valid


@pytest.mark.parametrize(
    ("bounds", "is_left"),
    [(["==1.10", ">=1.10.0"], True), ([">=1.2,<1.3", "<1.2"], False), (["~=1.2", ">=1.9"], True)]
    + [(["<1.2", ">=1.2"], False), (["<=1.2", ">=1.2"], True), (["1.2|1.4.*", ">=1.3"], True)]
    + [(["1.2|1.3", ">1.5"], False), (["", ">=3"], True), (["==1.*", ">=1.99"], True)],
)
def test_versions_that_are_left(bounds: list[str], is_left: bool) -> None:
    """Of several requirements of one package."""
    assert leave_a_version([Requirement("a", (), each) for each in bounds]) is is_left


def test_requirements_file() -> None:
    """Lines that ask for something, by number."""
    text = (
        "# of the model\nnumpy==1.26.4  # pinned\n\n  -r other.txt\nxgboost \\\n  ==1.0\n# x \\\n"
    )
    found = [(2, "numpy==1.26.4"), (4, "-r other.txt"), (5, "xgboost ==1.0")]
    assert list(requirement_lines(text)) == found


def test_needs_are_those_that_the_package_declares() -> None:
    """What we call too old is what pip refuses."""
    text = PYPROJECT.read_text("utf-8")
    declared = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert declared is not None
    needed = r'^ +"([^"; ]+)(?=[" ])(?! ; python_version <)'  # without what 3.6 lacks
    names = sorted(re.findall(needed, declared.group(1), re.MULTILINE))
    assert names == [needs.needed(name) for name in sorted(needs.PACKAGES)]
    python = ".".join(map(str, needs.IN_PLACE_PYTHON))
    tools = ".".join(map(str, needs.TOOLS_PYTHON))
    assert f'requires-python = ">={python}"' in text
    assert f"python_version >= '{tools}'" in text


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        ("a>=1.2,<2", ["1.2", "1.2.0", "1.9.9.post1"], ["1.1.9", "2", "2.0.0"]),
        ("a<=1.22.1", ["1.22.1", "1.22"], ["1.22.2", "1.30.0"]),
        ("a==1.30", ["1.30", "1.30.0"], ["1.30.1", "1.3"]),
        ("a==1.30.*", ["1.30", "1.30.4"], ["1.31", "1.29"]),
        ("a~=1.29", ["1.29", "1.30.0"], ["2.0", "1.28"]),
        ("a", ["0.1"], []),
    ],
)
def test_an_installed_version_will_do_or_not(
    text: str, allowed: list[str], refused: list[str]
) -> None:
    """Zeros at the end make no difference."""
    requirement = parse_requirement(text)
    assert requirement is not None
    assert [version for version in allowed if not requirement.allows(version)] == []
    assert [version for version in refused if requirement.allows(version)] == []
