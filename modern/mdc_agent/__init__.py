"""The collector service: what Azure runs beside a scoring container, for everyone.

It receives what the SDKs send, logs request and response payloads, follows the deployment YAML, and
stores the documented lines once. It runs in a process, or an image, of its own, on Python 3.10 or
newer, with the extra `agent`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .deployment import Deployment


def from_deployment(
    given: object, endpoint: str | None = None, name: str | None = None
) -> Deployment:
    """Return what an object of azure-ai-ml asks of its collector.

    Args:
        given: a `ManagedOnlineDeployment` or `KubernetesOnlineDeployment`, or its `DataCollector`.
        endpoint: name of the endpoint, where `given` does not say it.
        name: of the deployment, likewise.

    Raises:
        SettingsError: it is none of these, or a value of it makes no sense: its constructors check
            none.
    """
    from .reading.objects import deployment_of

    return deployment_of(given, endpoint, name)
