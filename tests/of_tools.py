"""Which tests are of the tools, which need Python 3.9; older ones run those of what scores."""

from __future__ import annotations

_TOOLS = (
    *("archive", "check", "cli", "compare", "deployment", "files"),
    *("migrate", "mlflow_score", "read", "rewrite", "scripts", "status"),
)
OF_TOOLS = [
    *(f"bridge/{tool}" for tool in _TOOLS),
    "bridge/doctor/test_doctor_command.py",
    "bridge/test_agreement.py",
    "bridge/test_arguments.py",
    "bridge/test_inference_server.py",
    "bridge/collected",
    "bridge/test_main.py",
    "bridge/test_yaml_text.py",
    "azure/test_account_files.py",
    "azure/test_reprs.py",
    "coexistence",
    "examples",
    "docs",
    "modern/mlflow_scoring",
    "modern/agent",
    "images",
    "platforms",
    "reliability/test_soak_short.py",
]
