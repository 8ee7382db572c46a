"""Scoring scripts as the tools see them: found, read and parsed, uses of the SDKs told apart."""

from .finding import find_scripts
from .reading import read_script
from .sources import Source, UnreadableScript

__all__ = ["Source", "UnreadableScript", "find_scripts", "read_script"]
