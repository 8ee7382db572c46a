"""Loads deployments with azure-ai-ml, in an environment that has it, and prints what it read."""

import json
import logging
import sys
from pathlib import Path

from azure.ai.ml import load_online_deployment, load_online_endpoint

logging.disable(logging.WARNING)
loaded = {}
for folder in map(Path, sys.argv[1:]):
    deployment = load_online_deployment(folder / "deployment.yml")
    endpoint = load_online_endpoint(folder / "endpoint.yml")
    deployment._validate_name()  # what the client does before it sends
    loaded[folder.name] = {
        "kinds": [type(deployment).__name__, type(endpoint).__name__],
        "deployment": deployment._to_dict(),
        "endpoint": endpoint._to_dict(),
    }
sys.stdout.write(json.dumps(loaded, default=str))
