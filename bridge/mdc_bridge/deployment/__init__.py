"""From the deployment of an AKS web service to that of an online endpoint."""

from .generation import NewDeployment, deployment, local_folder, write_files
from .old_service import DeploymentError
from .options import DeploymentOptions
from .remarks import Kind, Remark

__all__ = [
    "DeploymentError",
    "Kind",
    "NewDeployment",
    "Remark",
    "DeploymentOptions",
    "deployment",
    "local_folder",
    "write_files",
]
