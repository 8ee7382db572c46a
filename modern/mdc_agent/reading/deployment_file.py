"""A file that describes a deployment: an online deployment's YAML, or the SDK's config file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .deployment_yaml import read_nodes
from .remarks import ERROR, Reading, Remark
from .sdk_config import is_sdk_config, read_sdk_config
from .yaml_nodes import Nodes, YamlError, read_text


def read_deployment(path: Path | str, environ: Mapping[str, str] = os.environ) -> Reading:
    """Return what a file says of a deployment, and all that is to be said about the file.

    Args:
        path: of a deployment YAML, or of an `mdc-config.json`, which names neither endpoint nor
            deployment: they are `MDC_ENDPOINT` and `MDC_DEPLOYMENT`, `default` without.
        environ: variables by name.

    Raises:
        StoreError: the file does not exist, or it cannot be read.
    """
    path = Path(path)
    try:
        nodes = Nodes(read_text(path))
        if is_sdk_config(nodes):
            return read_sdk_config(path, nodes, environ)
        return read_nodes(nodes, str(path))
    except YamlError as error:
        remark = Remark(*error.position, ERROR, str(error), azure_refuses=True)
        return Reading(str(path), None, (remark,))
