"""`mdc-bridge check`: what becomes of scoring scripts under the bridge."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from mdc_core.errors import MissingFileError, SettingsError

from .console import notes, out, print_json, progress_bar
from .exits import FAILED, FINDINGS, FINE


def check(
    paths: Annotated[
        Optional[list[str]],
        typer.Argument(
            metavar="PATH...",
            help="Scripts, notebooks, conda and pip files, and folders of them.",
        ),
    ] = None,
    ignore: Annotated[
        Optional[list[str]],
        typer.Option(
            help="Switch off a rule (MDC304) or a group (MDC3); repeat it, or separate with commas."
        ),
    ] = None,
    target: Annotated[
        Optional[str],
        typer.Option(
            "--for",
            metavar="bridge|endpoint",
            help="Check for the old container with mdc-bridge or for an online endpoint; "
            "default: both.",
        ),
    ] = None,
    hide_unchanged: Annotated[
        bool, typer.Option("--hide-unchanged", help="Hide findings that work unchanged.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0.")] = False,
    explain_rule: Annotated[
        Optional[str],
        typer.Option("--explain", metavar="RULE", help="Explain a rule, or all rules of a group."),
    ] = None,
    list_rules: Annotated[bool, typer.Option("--list-rules", help="List the rules.")] = False,
) -> None:
    """Check each line that uses the old SDK: whether it works and what to change.

    A line works unchanged, works but differs, must be changed, or cannot be followed. There are
    two verdicts, for the old container with mdc-bridge (the bridge) and for an online endpoint;
    both are shown if they differ, as in unchanged/change. For conda and pip files it says whether
    mdc-bridge can be installed with what they require.

    Exit codes: 0 all works unchanged, 1 something differs, must be changed or cannot be followed,
    2 a file could not be read (the others are still reported).
    """
    from ..check import Target, Verdict
    from ..check import check as check_scripts
    from ..check.listing import lines, summary, tables
    from ..check.sarif import sarif

    if as_json and as_sarif:
        raise SettingsError("--json and --sarif cannot be used together")
    if list_rules or explain_rule is not None:
        if as_sarif:
            raise SettingsError(
                "rules are listed and explained as text or with --json, not with --sarif"
            )
        _print_rules(explain_rule, as_json)
        return
    if not paths:
        raise SettingsError(
            "PATH is missing; valid: scripts, notebooks, conda and pip files, and folders of them"
        )
    rules = [part for given in ignore or () for part in given.split(",") if part.strip()]
    valid = [each.value for each in Target]
    if target is not None and target not in valid:
        raise SettingsError(f"--for is {target!r}; valid: {', '.join(valid)}")
    environment = None if target is None else Target(target)
    with progress_bar("checking") as progress:
        report = check_scripts(paths, rules, progress)
    if not (report.files or report.environments or report.unreadable):
        raise MissingFileError(
            f"nothing to check below {', '.join(paths)}; valid: scripts (.py), notebooks (.ipynb), "
            "conda and pip files"
        )
    shown = [
        one
        for one in report.findings
        if not (hide_unchanged and one.verdict_for(environment) is Verdict.UNCHANGED)
    ]
    if as_json:
        print_json(report.to_json(shown, environment))
    elif as_sarif:
        print_json(sarif(report, shown, environment))
    elif out.is_terminal:
        for part in tables(shown, report.unreadable, environment):
            out.print(part, soft_wrap=False)
        out.print(summary(report, environment))
    else:
        for line in lines(shown, report.unreadable, environment):
            out.print(line, markup=False)
        notes.print(summary(report, environment))
    if report.unreadable:
        raise typer.Exit(FAILED)
    raise typer.Exit(FINE if report.is_fine(environment) else FINDINGS)


def _print_rules(explained: Optional[str], as_json: bool) -> None:
    """Print all rules, or what one of them or those of a group mean."""
    from ..check import RULES
    from ..check.explaining import explain, rules_of

    rules = RULES if explained is None else rules_of(explained)
    if as_json:
        print_json(
            [
                {
                    "rule": rule.id,
                    "verdict": rule.verdict.value,
                    "endpoint": rule.endpoint.value,
                    "title": rule.title,
                    "explanation": " ".join(rule.explanation.split()),
                }
                for rule in rules
            ]
        )
    elif explained is not None:
        out.print(explain(explained), markup=False)
    else:
        for rule in rules:
            words = rule.verdict.value
            if rule.endpoint is not rule.verdict:
                words += f"/{rule.endpoint.value}"
            out.print(f"{rule.id}  {words:16}  {rule.title}", markup=False)
