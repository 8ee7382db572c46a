"""`make demo`: an old scoring script, unchanged, under the real server, in both formats at once.

Trains a model, serves `aks_score.py` with two workers, sends it a few hundred requests, stops the
server, reads back what was collected, and matches every row. Exit code 1 when one is missing.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from demo_steps.collected import read_collected
from demo_steps.matching import run_checks
from demo_steps.report import WIDTH, show_checks, show_counts, show_rows, show_trees
from demo_steps.server import ServerError, serving
from demo_steps.traffic import ResponseError, send_all
from demo_steps.train import FEATURES, make_requests, train_model
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "examples" / "aks_score.py"
OUTPUT = ROOT / "demo-output"
MODEL = OUTPUT / "model" / "diabetes-model" / "1"
COLLECTED = OUTPUT / "collected"
LOG = OUTPUT / "server.log"

SERVICE_NAME = "diabetes-service"  # images for AKS set it
REQUESTS = 300
THREADS = 8
WORKERS = 2
LOG_LINES = 40


def main() -> int:
    """Run all steps and return the exit code."""
    begun = time.monotonic()
    console = Console(width=min(WIDTH, Console().width), highlight=False)
    shutil.rmtree(COLLECTED, ignore_errors=True)
    trained = train_model(MODEL)
    console.print(f"Trained a model on {trained} rows of scikit-learn's diabetes data.")
    requests = make_requests(REQUESTS)
    settings = {
        "MDC_BRIDGE_MODE": "dual",
        "MDC_STORAGE": str(COLLECTED),
        "SERVICE_NAME": SERVICE_NAME,
    }
    try:
        with serving(SCRIPT, MODEL, settings, WORKERS, LOG) as server:
            console.print(
                f"Serving {_relative(SCRIPT)}, unchanged, with {WORKERS} workers "
                f"({server.startup_seconds:.1f} s to start):"
            )
            console.print(Text(_command(server.port), style="cyan"))
            sending = time.monotonic()
            exchanges = send_all(server.port, requests, THREADS)
            sent = time.monotonic() - sending
            stopped = server.stop()
    except (ServerError, ResponseError) as error:
        console.print(f"[bold red]Failed:[/] {error}", soft_wrap=True)
        _show_log(console)
        return 1
    console.print(
        f"Sent {len(exchanges)} requests from {THREADS} threads in {sent:.1f} s; "
        f"stopped the server in {stopped:.1f} s.\n"
    )

    collected = read_collected(COLLECTED)
    checks = run_checks(exchanges, collected, FEATURES)
    unmatched = sum(check.unmatched for check in checks)
    show_trees(console, collected)
    if not unmatched:
        show_rows(console, collected, exchanges)
    show_counts(console, collected, exchanges)
    show_checks(console, checks)
    console.print(
        f"Files of {len(collected.instances)} workers: [bold]{_relative(COLLECTED)}/[/]\n"
        f"Log of the server:  [bold]{_relative(LOG)}[/]\n"
        f"Took {time.monotonic() - begun:.1f} s."
    )
    return 1 if unmatched else 0


def _command(port: int) -> str:
    return (
        f"  MDC_BRIDGE_MODE=dual MDC_STORAGE={_relative(COLLECTED)} \\\n"
        f"  SERVICE_NAME={SERVICE_NAME} \\\n"
        f"  azmlinfsrv --entry_script {_relative(SCRIPT)} --worker_count {WORKERS} \\\n"
        f"    --model_dir {_relative(MODEL)} --port {port}"
    )


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _show_log(console: Console) -> None:
    """Show the end of the server's log, where there is one."""
    if LOG.exists():
        lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
        console.print(f"The last lines of {_relative(LOG)}:")
        console.print(Text("\n".join(lines)), soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
