"""Loads deployment files with azure-ai-ml, where it is installed, and prints what it read."""

import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from azure.ai.ml import load_online_deployment  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as file:
    paths = json.load(file)
loaded = []
for path in paths:
    try:
        deployment = load_online_deployment(path)
        collector = deployment.data_collector
        read = {"endpoint": deployment.endpoint_name, "name": deployment.name, "collections": {}}
        if collector is not None:
            read["rolling_rate"] = collector.rolling_rate
            read["sampling_rate"] = collector.sampling_rate
            read["headers"] = getattr(collector.request_logging, "capture_headers", None)
            for name, each in collector.collections.items():
                data = each.data
                read["collections"][name] = {
                    "enabled": each.enabled,
                    "client_id": each.client_id,
                    "data": data if isinstance(data, str) or data is None else vars(data),
                }
        try:
            deployment._validate_name()  # what the client does before it sends
            read["name_is_valid"] = True
        except Exception:  # noqa: BLE001  # likewise
            read["name_is_valid"] = False
        loaded.append({"read": read})
    except BaseException as error:  # noqa: BLE001  # of whatever kind, it is refused
        loaded.append({"refused": f"{type(error).__name__}: {error}"})
sys.stdout.write(json.dumps(loaded))
