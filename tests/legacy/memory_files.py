"""Reading what `mdc_core.testing.collecting` collected, as text."""

from __future__ import annotations

import csv
import io

from mdc_core.testing import MemoryDestination

CORRELATION_HEADER = (
    "$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary,$aml_workspace,"
    "$aml_service_name,$aml_model_name,$aml_model_version,$aml_request_id"
)


def csv_files(collected: MemoryDestination) -> dict[str, str]:
    """Return the CSV files by path, undecorated: CRLF and LF as they are."""
    return {
        path: content.decode()
        for path, content in collected.files.items()
        if path.startswith("modeldata/")
    }


def csv_text(collected: MemoryDestination) -> str:
    """Return the content of the only CSV file."""
    (content,) = csv_files(collected).values()
    return content


def cells(text: str) -> list[list[str]]:
    """Return the cells of CSV text."""
    return list(csv.reader(io.StringIO(text, newline="")))
