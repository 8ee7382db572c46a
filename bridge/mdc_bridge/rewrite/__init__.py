"""Scripts of the old SDK rewritten for the new one: `ModelDataCollector` becomes `Collector`."""

from .results import Change, LeftAlone, RewrittenFile, RewrittenSource
from .rewriting import Rewriting, rewrite
from .source import rewrite_source

__all__ = [
    "Change",
    "LeftAlone",
    "RewrittenFile",
    "RewrittenSource",
    "Rewriting",
    "rewrite",
    "rewrite_source",
]
