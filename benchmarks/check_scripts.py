"""How long `mdc-bridge check` takes for a thousand scripts: `python -m benchmarks.check_scripts`.

The scripts are made in a temporary folder, from the parts that real ones are put together of, and
checked by the real command in a process of its own, its start included.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SCRIPTS = 1000
FIGURE_SECONDS = 10.0

IMPORTS = (
    "from azureml.monitoring import ModelDataCollector",
    "from azureml.monitoring import *",
    "from azureml.monitoring.modeldatacollector import ModelDataCollector",
    "import azureml.monitoring as monitoring\nModelDataCollector = monitoring.ModelDataCollector",
    (
        "try:\n    from azureml.datacollector import ModelDataCollector\nexcept ImportError:\n"
        "    class ModelDataCollector(object):\n"
        "        def __init__(self, *args, **kw):\n            return None\n"
        "        def collect(self, *args):\n            pass"
    ),
)
OTHERS = (
    "from azureml.core.model import Model",
    "from sklearn.externals import joblib",
    "import joblib",
    "from azureml.contrib.services.aml_request import AMLRequest, rawhttp",
    "from inference_schema.schema_decorators import input_schema, output_schema",
    "import pandas as pd\nfrom pyspark.sql import SparkSession",
    "import pickle, logging, time, sys",
)
FIRST = ('designation="inputs"', 'identifier="inputs"', '"inputs"', 'designation="sal_inputs"', "")
SECOND = ('designation="predictions"', 'identifier="predictions"', 'designation="outputs"')
NAMES = ("feature_names", "features", "feature_names", "feature_names")
READS = (
    "data = np.array(json.loads(raw_data)['data'])",
    "data = json.loads(raw_data)['data']\n    data = np.array(data).reshape(1, -1)",
    "data = pd.DataFrame(json.loads(raw_data)['data'], columns=FEATURES)",
    "body = json.loads(raw_data)\n    data = np.array([[body[name] for name in FEATURES]])",
)
COLLECTS = (
    "inputs_dc.collect(data)\n    prediction_dc.collect(result)",
    (
        "correlations = inputs_dc.collect(data)\n"
        "    prediction_dc.collect(prediction_dc.add_correlations(result, correlations))"
    ),
    "prediction_dc.collect(result.tolist())\n    inputs_dc(data)",
    "print(inputs_dc.collect(data))\n    prediction_dc.collect(json.dumps(result.tolist()))",
    "log(inputs_dc, data)\n    log(prediction_dc, result.reshape(-1, 1))",
)
HELPERS = '''
def transform_{0}(frame, threshold={0}):
    """Return the frame with its rare values replaced."""
    counts = {{}}
    for name in frame:
        counts[name] = counts.get(name, 0) + 1
    kept = [name for name, count in counts.items() if count > threshold]
    if not kept:
        raise ValueError("nothing is left of %s above %d" % (sorted(counts), threshold))
    return [value if value in kept else "other" for value in frame]
'''


def script(seed: int) -> str:
    """Return a scoring script of 60 to 200 lines, the same for the same seed."""
    choose = random.Random(seed)
    helpers = "".join(HELPERS.format(number) for number in range(choose.randrange(2, 14)))
    features = [f"feature_{number}" for number in range(choose.randrange(2, 24))]
    wanted = choose.choice(NAMES)
    return f'''"""Scoring script number {seed}."""
import json
import os

import numpy as np
import pandas as pd
{choose.choice(IMPORTS)}
{choose.choice(OTHERS)}

FEATURES = {features!r}
{helpers}

def log(collector, values):
    try:
        collector.collect(values)
    except Exception as error:
        print("not collected: " + str(error))


def init():
    global model, inputs_dc, prediction_dc
    inputs_dc = ModelDataCollector("model", {choose.choice(FIRST)})
    prediction_dc = ModelDataCollector(
        "model", {choose.choice(SECOND)}, {wanted}=["prediction"]
    )
    model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl"))


def run(raw_data):
    {choose.choice(READS)}
    for name in FEATURES:
        transform_1([name])
    result = model.predict(data)
    {choose.choice(COLLECTS)}
    return {{"result": result.tolist(), "rows": len(data)}}
'''


def notebook(seed: int) -> str:
    """Return a notebook that writes a script and deploys it."""
    cells = [
        "from azureml.core import Workspace\nfrom azureml.core.webservice import AksWebservice\n",
        "!pip install azureml-monitoring\n%matplotlib inline\nws = Workspace.from_config()\n",
        f"%%writefile score.py\n{script(seed)}",
        "aks_config = AksWebservice.deploy_configuration(collect_model_data=True)\n",
    ]
    made = [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": made})


def write_scripts(folder: Path) -> None:
    """Write a thousand, every twentieth of them a notebook, into folders of fifty."""
    for seed in range(SCRIPTS):
        project = folder / f"project_{seed // 50}"
        project.mkdir(exist_ok=True)
        if seed % 20 == 0:
            (project / f"deploy_{seed}.ipynb").write_text(notebook(seed))
        else:
            (project / f"score_{seed}.py").write_text(script(seed))


def main() -> None:
    """Print the seconds, the findings and whether the figure is kept."""
    with tempfile.TemporaryDirectory() as folder:
        write_scripts(Path(folder))
        command = [sys.executable, "-c", "from mdc_bridge.cli import main; main()"]
        start = time.perf_counter()
        done = subprocess.run(
            [*command, "check", "--json", folder], capture_output=True, check=False
        )
        seconds = time.perf_counter() - start
    if done.returncode != 1:
        sys.exit(f"check left with {done.returncode}: {done.stderr.decode()}")
    report = json.loads(done.stdout)
    print(f"{report['summary']['files']} scripts in {seconds:.2f} s", end=" ")
    print(f"(figure: {FIGURE_SECONDS:.0f} s)")
    print(
        ", ".join(
            f"{name} {count}"
            for name, count in report["summary"].items()
            if name not in ("bridge", "endpoint")
        )
    )
    for rule, count in sorted(Counter(one["rule"] for one in report["findings"]).items()):
        print(f"  {rule} {count}")
    if seconds >= FIGURE_SECONDS:
        sys.exit("slower than the figure")


if __name__ == "__main__":
    main()
