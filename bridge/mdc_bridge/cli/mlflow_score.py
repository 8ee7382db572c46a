"""`mdc-bridge mlflow-score`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich.markup import escape

from mdc_core.errors import SettingsError

from .console import notes, out, print_json
from .output_file import writing

if TYPE_CHECKING:
    from ..mlflow_score import ModelSide

_WORDS = {
    "frame": "the columns {names}",
    "tensor": "the tensors {names}",
    "none": "columns as in the data; the model has no signature",
}


def mlflow_score(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL",
            help="Folder of a saved model, with the file MLmodel.",
        ),
    ],
    output: Annotated[
        Optional[Path],
        typer.Option("--out", "-o", help="Write the script to this file; default: print it."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve", help="Serve the model on this machine instead of writing a script."
        ),
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the server.")] = 5001,
    workers: Annotated[
        int, typer.Option(min=1, help="Number of worker processes of the server.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a scoring script for an MLflow model that collects all inputs and outputs.

    The model's signature may name columns or tensors, or be absent. The script accepts the
    requests of Azure's no-code deployments (input_data) and of MLflow's own server. It needs
    mdc-bridge and mlflow where it runs.

    Exit codes: 0 fine, 2 the model could not be read or the file could not be written.
    """
    from ..mlflow_score import mlflow_score as make
    from ..mlflow_score import serve as become_server

    if serve:
        if output is not None or as_json:
            raise SettingsError("--serve writes nothing; remove --out and --json")
        become_server(model, port, workers)
    described = make(model)
    if output is not None:
        with writing(output, force) as stream:
            stream.write(described.script.encode())
    if as_json:
        print_json(
            {
                "model": str(described.folder),
                "mlflow_version": described.mlflow_version,
                "inputs": asdict(described.inputs),
                "outputs": asdict(described.outputs),
                "script": described.script,
            }
        )
        return
    if output is None:
        out.file.write(described.script)
    else:
        notes.print(f"wrote {escape(str(output))}")
    for collection, side in (
        ("model_inputs", described.inputs),
        ("model_outputs", described.outputs),
    ):
        notes.print(escape(f"{collection}: {_in_words(side)}"))
    if output is not None:
        notes.print(
            escape(
                f"to run it here: AZUREML_MODEL_DIR={described.folder.parent} "
                f"azmlinfsrv --entry_script {output}"
            )
        )


def _in_words(side: ModelSide) -> str:
    if side.signature != "none" and not side.columns:
        return "columns 0, 1 and so on; the signature names none"
    return _WORDS[side.signature].format(names=", ".join(side.columns))
