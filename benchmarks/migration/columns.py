"""What all contenders know of the archive, and the envelope that all of them write."""

from __future__ import annotations

from pathlib import Path

from tests.archives.large import NAMES, WORKSPACE

from mdc_core.data.correlation_columns import CORRELATION_HEADER as ID
from mdc_core.data.correlation_columns import MODEL_VERSION_HEADER as VERSION
from mdc_core.data.correlation_columns import REQUEST_ID_HEADER as REQUEST
from mdc_core.data.correlation_columns import TIMESTAMP_HEADER as TIME

__all__ = ["DATA_NAMES", "HEAD", "ID", "REQUEST", "TIME", "VERSION", "csv_files"]

_SUBSCRIPTION, _GROUP, _WORKSPACE = WORKSPACE.split("/")
HEAD = (
    '{"specversion":"1.0","id":"%s","source":"'
    f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/{_GROUP}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{_WORKSPACE}"
    '/onlineEndpoints/churn/deployments/best-model",'
    '"type":"azureml.inference.model_inputs","datacontenttype":"application/json",'
    '"collectdatatype":"pandas.core.frame.DataFrame","agent":"benchmark","time":"%s",'
    '"data":%s,"contentrange":"bytes 0-%s/%s","correlationid":"%s","xrequestid":"%s",'
    '"modelversion":"%s"}'
)
DATA_NAMES = list(NAMES)


def csv_files(source: Path) -> list[Path]:
    """Return the files of an archive."""
    return sorted(source.rglob("*.csv"))
