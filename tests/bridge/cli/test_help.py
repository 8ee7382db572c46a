"""The texts of --help are printed as written, in lines of the terminal."""

from __future__ import annotations

import re

from typer.main import get_command

from mdc_bridge.cli.app import app
from tests.bridge.cli.help_texts import help_texts


def test_no_text_is_markup() -> None:
    """Rich takes square brackets for markup, and prints nothing in their place."""
    texts = help_texts(get_command(app))
    assert "Print the version." in texts
    assert "Print JSON." in texts
    assert [text for text in texts if re.search(r"\[[a-z/#@]", text)] == []


def test_prose_flows() -> None:
    """A terminal ends the lines of a paragraph, not the source."""
    paragraphs = [each for text in help_texts(get_command(app)) for each in text.split("\n\n")]
    assert [each for each in paragraphs if "\n" in each] == []
