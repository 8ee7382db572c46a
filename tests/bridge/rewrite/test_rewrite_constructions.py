"""Constructions: which collection, what is dropped, what cannot be known."""

from __future__ import annotations

import pytest

from tests.bridge.rewrite.rewriting_cases import CONSTRUCTED, IMPORT, reason_of, rewritten

HOLDER = """
class Scorer:
    def __init__(self): self.i = ModelDataCollector("m")
    def run(self, d): self.i.collect(d)
"""


def _construction(arguments: str) -> str:
    source = f"import logging\n{IMPORT}i = ModelDataCollector({arguments})\ni.collect(d)\n"
    (line,) = (line for line in rewritten(source).splitlines() if line.startswith("i = "))
    return line.removeprefix("i = ")


@pytest.mark.parametrize(
    ("arguments", "collection"),
    [
        ('"m", "inputs"', "model_inputs"),
        ('"m", designation="predictions"', "model_outputs"),
        ('model_name="m", designation="labels"', "labels"),
        ('"m"', "general"),
        ('"m", designation="default", collection_name="c"', "c"),
        ('"m", "signals", None, "w", "s", 3, "clicks"', "clicks"),
        ('"m", "inputs", collection_name="c"', "model_inputs"),
        ('"m", identifier="inputs"', "model_inputs"),
        ('"m", identifier="sal_outputs"', "sal_outputs"),
        ('os.getenv("MODEL_NAME"), "inputs", model_version=os.getenv("V")', "model_inputs"),
    ],
)
def test_collection(arguments: str, collection: str) -> None:
    """The collection is the one that the bridge chooses."""
    assert _construction(arguments) == CONSTRUCTED.format(collection)


def test_long_constructions_are_broken() -> None:
    """Not longer than a hundred characters."""
    text = rewritten(
        f"{IMPORT}a_rather_long_name_of_a_collector = ModelDataCollector('m')\n"
        "a_rather_long_name_of_a_collector.collect(d)\n"
    )
    assert (
        "a_rather_long_name_of_a_collector = Collector(\n"
        "    name='general', on_error=logging.getLogger(__name__).warning\n)\n"
    ) in text


@pytest.mark.parametrize("first", ["i = None", "i = p = None", "i: Any = None"])
def test_collectors_may_be_none_before(first: str) -> None:
    """As many scripts begin."""
    text = rewritten(
        f"{first}\n{IMPORT}def init():\n    global i\n    i = ModelDataCollector('m')\n"
        "def run(data):\n    i.collect(data)\n"
    )
    assert f"{first}\n" in text
    assert "ModelDataCollector" not in text


def test_other_attributes_may_be_found_by_text() -> None:
    """A text that names something else says nothing about the collector."""
    text = rewritten(IMPORT + HOLDER + '    def name(self): return getattr(self, "title", "")\n')
    assert "self.i = Collector(" in text


def test_comments_survive() -> None:
    """Comments between the arguments stand above what is left of them."""
    text = rewritten(
        f"""
        {IMPORT}
        i = ModelDataCollector(
            "m",  # as registered
            feature_names=[
                "a",  # in metres
                "b",
            ],
        )  # general
        i.collect(d)
        """
    )
    assert 'I_COLUMNS = [\n    "a",  # in metres\n    "b",\n]\n' in text
    assert "# as registered\ni = Collector(" in text
    assert ".warning)  # general\n" in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("", "without a model name"),
        ('"m", features=["a"]', "no argument features"),
        ('"m", designation=kind', "the designation is only known at run time"),
        ('"m", "inputs", identifier="predictions"', "differ"),
        ("*settings", "unpacked"),
        ('"m", model_version=register()', "no longer run"),
        ('"m", feature_names=map(str, columns)', "only once"),
    ],
)
def test_left_alone(arguments: str, reason: str) -> None:
    """What only the running script knows, and what never worked."""
    source = f"{IMPORT}i = ModelDataCollector({arguments})\ni.collect(d)\n"
    assert reason in reason_of(source)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('c = {"i": ModelDataCollector("m")}\n', "not assigned to a single variable"),
        ('i = ModelDataCollector("m")\nuse(i)\n', "passed on"),
        ('i = ModelDataCollector("m")\npool.submit(i.collect, d)\n', "passed on"),
        ('i = ModelDataCollector("m")\nprint(i._handle)\n', "no counterpart of i._handle"),
        ('i = ModelDataCollector("m")\ni(d)\n', "like a function"),
        ('i = ModelDataCollector("m")\ni = other\ni.collect(d)\n', "another meaning"),
        ('i = ModelDataCollector("m")\n', "not used here"),
        (
            'i = ModelDataCollector("m")\ndef f(i): i.collect(d)\n',
            "another meaning",
        ),
        (
            'i = ModelDataCollector(name)\np = ModelDataCollector("m")\ni.collect(d)\n',
            "same model",
        ),
        (
            (
                'if a:\n    i = ModelDataCollector("m")\nelse:\n    i = ModelDataCollector("n")\n'
                "i.collect(d)\n"
            ),
            "more than one collector",
        ),
        (
            HOLDER + "    def log(self, d): getattr(self, self.kind).collect(d)\n",
            "getattr() may use",
        ),
        (HOLDER + '    def log(self, d): getattr(self, "i").collect(d)\n', "getattr() may use"),
        (HOLDER + '    def log(self, d): self.__dict__["i"].collect(d)\n', "__dict__ may use"),
    ],
)
def test_left_alone_for_their_use(code: str, reason: str) -> None:
    """Collectors that cannot be followed."""
    assert reason in reason_of(IMPORT + code)
