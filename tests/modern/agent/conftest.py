"""The collector service is tested where its extra is installed: the lane of the newest packages.

The packages of Azure that it is compared with have environments of their own.
"""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("aiohttp") and find_spec("prometheus_client") else ["*"]
