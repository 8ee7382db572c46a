"""From the deployment of an AKS web service to that of an online endpoint."""

from .generation import NewDeployment, deployment, local_folder, write_files
from .old import DeploymentError
from .remarks import Kind, Remark
from .wishes import Wishes

__all__ = [
    "DeploymentError",
    "Kind",
    "NewDeployment",
    "Remark",
    "Wishes",
    "deployment",
    "local_folder",
    "write_files",
]
