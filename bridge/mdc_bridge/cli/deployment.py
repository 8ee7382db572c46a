"""`mdc-bridge deployment`."""

from __future__ import annotations

from typing import Annotated, Optional

import typer
from rich.markup import escape

from .console import notes, out, print_json
from .exits import FINDINGS, FINE

_STYLES = {"needs a value": "bold yellow", "no counterpart": "bold red", "changed": "cyan"}


def deployment(
    sources: Annotated[
        Optional[list[str]],
        typer.Argument(
            metavar="PATH...",
            help="Deployment code (.py, notebooks), JSON or YAML files of az ml model deploy, "
            "and folders of them; not needed if the options give everything.",
        ),
    ] = None,
    output: Annotated[
        Optional[str],
        typer.Option("--out", "-o", help="Write the files to this folder; default: print them."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
    kind: Annotated[str, typer.Option(help="Kind of endpoint: managed or kubernetes.")] = "managed",
    service: Annotated[
        Optional[str], typer.Option(help="The web service, if the code deploys more than one.")
    ] = None,
    endpoint: Annotated[Optional[str], typer.Option(help="Name of the endpoint.")] = None,
    name: Annotated[str, typer.Option(help="Name of the deployment.")] = "blue",
    model: Annotated[
        Optional[str], typer.Option(help="The model, such as azureml:churn:3.")
    ] = None,
    script: Annotated[Optional[str], typer.Option(help="The scoring script.")] = None,
    conda_file: Annotated[
        Optional[str], typer.Option(help="Conda environment, or pip requirements (.txt).")
    ] = None,
    image: Annotated[Optional[str], typer.Option(help="Base image.")] = None,
    environment: Annotated[
        Optional[str], typer.Option(help="Registered environment, azureml:NAME:VERSION.")
    ] = None,
    instance_type: Annotated[
        Optional[str], typer.Option(help="Machine type, such as Standard_DS3_v2.")
    ] = None,
    instance_count: Annotated[
        Optional[int], typer.Option(min=1, help="Number of machines (on Kubernetes: pods).")
    ] = None,
    compute: Annotated[
        Optional[str], typer.Option(help="Kubernetes cluster, azureml:NAME.")
    ] = None,
    mode: Annotated[
        str, typer.Option(help="MDC_BRIDGE_MODE of the container: modern, dual or legacy.")
    ] = "modern",
    storage: Annotated[
        Optional[str],
        typer.Option(
            help="Your own account or folder: for JSONL in mode modern, for CSV in the other modes."
        ),
    ] = None,
    collections: Annotated[
        str, typer.Option(help="MDC_COLLECTIONS, such as predictions=scores.")
    ] = "",
    sampling_rate: Annotated[
        Optional[float],
        typer.Option(min=0, max=1, help="Fraction of requests to collect, from 0 to 1."),
    ] = None,
    rolling_rate: Annotated[
        Optional[str], typer.Option(help="Period of one time folder: minute, hour or day.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Convert the deployment of an AKS web service to the YAML files of an online endpoint.

    Values that are not constants in the code become FILL_IN in the files. These, settings without
    a counterpart and changed settings are listed at the top of deployment.yml and printed here.

    Exit codes: 0 the files are complete, 1 a value is needed or something has no counterpart,
    2 a file could not be read or written.
    """
    from ..deployment import DeploymentOptions, local_folder, write_files
    from ..deployment import deployment as make

    options = DeploymentOptions(
        kind=kind,
        service=service,
        endpoint=endpoint,
        deployment=name,
        model=model,
        script=script,
        conda_file=conda_file,
        image=image,
        environment=environment,
        instance_type=instance_type,
        instance_count=instance_count,
        compute=compute,
        mode=mode,
        storage=storage,
        collections=collections,
        sampling_rate=sampling_rate,
        rolling_rate=rolling_rate,
    )
    result = make(sources or (), options, local_folder(output) if output is not None else ".")
    written = write_files(result, output, force) if output is not None else []
    remarks = [
        {"kind": each.kind.value, "key": each.key, "text": each.text} for each in result.remarks
    ]
    if as_json:
        print_json({"files": result.files, "remarks": remarks, "complete": result.is_complete})
    else:
        for each in remarks:
            style = _STYLES[each["kind"]]
            notes.print(
                f"[{style}]{each['kind']}[/]: {escape(each['key'])}: {escape(each['text'])}"
            )
        for path in written:
            notes.print(f"wrote {escape(str(path))}")
        if output is None:
            for file, text in result.files.items():
                out.file.write(f"--- # {file}\n{text}")
    raise typer.Exit(FINE if result.is_complete else FINDINGS)
