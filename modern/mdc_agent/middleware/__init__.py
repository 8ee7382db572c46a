"""Payload logging inside the scoring server's process, without a hop.

from mdc_agent.middleware import WsgiPayloads

app.wsgi_app = WsgiPayloads(app.wsgi_app)  # Flask
app = AsgiPayloads(app)  # FastAPI, Starlette

The variable `MDC_AGENT_DEPLOYMENT` names the deployment file, `MDC_AGENT_SETTINGS` the agent's
settings. For the inference server see `mdc_agent.middleware.gunicorn`.
"""

from .asgi import AsgiPayloads
from .configured import configured_log, log_of
from .process_log import ProcessLog
from .wsgi import WsgiPayloads

__all__ = ["AsgiPayloads", "ProcessLog", "WsgiPayloads", "configured_log", "log_of"]
