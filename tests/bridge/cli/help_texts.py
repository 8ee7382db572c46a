"""All that --help prints of a command and its subcommands."""

from __future__ import annotations

from typing import Any


def help_texts(command: Any) -> list[str]:
    """Return the texts of a click command, of its parameters and of its subcommands."""
    own = [command.help, command.epilog, *(getattr(each, "help", "") for each in command.params)]
    below = [help_texts(each) for each in getattr(command, "commands", {}).values()]
    return [text for text in own if text] + [text for texts in below for text in texts]
