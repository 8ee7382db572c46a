"""The agent is not for the Pythons and dependencies of scoring alone."""

from __future__ import annotations

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("httptools") else ["*"]
