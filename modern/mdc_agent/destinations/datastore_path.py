"""`azureml://` paths of a datastore, short and long.

Source: "Collect production data from models for real-time inferencing", section "Collect data to a
custom Blob Storage container".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mdc_core.errors import SettingsError
from mdc_core.names import legal_path
from mdc_core.redaction import shown

DEFAULT_DATASTORE = "workspaceblobstore"
VALID = (
    "azureml://datastores/DATASTORE/paths/PATH, or azureml://subscriptions/SUBSCRIPTION/"
    "resourcegroups/GROUP/workspaces/WORKSPACE/datastores/DATASTORE/paths/PATH"
)
_PATH = re.compile(
    r"azureml://(?:subscriptions/([^/]+)/resourcegroups/([^/]+)/(?:providers/"
    r"Microsoft\.MachineLearningServices/)?workspaces/([^/]+)/)?datastores/([^/]+)/paths/(.*)",
    re.IGNORECASE | re.DOTALL,
)


class DatastorePath(NamedTuple):
    """A path in a datastore.

    Attributes:
        datastore: its name in lower case, which it has in Azure.
        path: in it, made of legal segments.
        workspace: `subscription/resource group/workspace`; empty for the deployment's own.
    """

    datastore: str
    path: str
    workspace: str = ""

    def __str__(self) -> str:
        return f"azureml://{self.long_name or f'datastores/{self.datastore}'}/paths/{self.path}"

    @property
    def long_name(self) -> str:
        """The datastore with its workspace; empty where that is the deployment's own."""
        if not self.workspace:
            return ""
        subscription, group, workspace = self.workspace.split("/")
        return (
            f"subscriptions/{subscription}/resourcegroups/{group}/workspaces/{workspace}/"
            f"datastores/{self.datastore}"
        )


def parse_datastore_path(text: str) -> DatastorePath:
    """Return what an `azureml://` path says.

    Raises:
        SettingsError: it is none, or names no folder in the datastore.
    """
    match = _PATH.fullmatch(text.strip())
    if match is None:
        raise SettingsError(f"{shown(text)} is not a datastore path; valid: {VALID}")
    *workspace, datastore, path = match.groups()
    path = legal_path(path)
    if not path:
        raise SettingsError(f"{shown(text)} names no folder in the datastore; valid: {VALID}")
    return DatastorePath(datastore.lower(), path, "/".join(workspace) if workspace[0] else "")
