"""Exchanges as lines of `model_inputs` and `model_outputs`, without a word in `score.py`."""

from __future__ import annotations

from mdc_core.payload_rows import IS_REQUEST, PayloadRows, rows_of_body
from mdc_core.version import __version__

from ..deployment import Deployment
from ..metrics import AgentCounts
from ..stored_event import StoredEvent
from .decoding import LostBodyError, content_of
from .events import rows_event
from .exchange import Exchange, Message
from .settings import RowNames

INPUTS, OUTPUTS = "model_inputs", "model_outputs"
_FAILED = 400
# As the SDKs say it; what was served is not known here.
_ATTRIBUTES = {"modelversion": "default", "agent": f"mdc-agent/{__version__}"}


class RowMaker:
    """Makes events of the rows that bodies hold; what holds none is counted with the reason.

    Args:
        names: of columns.
        deployment: whose collections are made.
        body_bytes: bound of one decoded body.
        counts: of what no line was made of.
    """

    def __init__(
        self, names: RowNames, deployment: Deployment, body_bytes: int, counts: AgentCounts
    ) -> None:
        self._names = names
        self._body_bytes = body_bytes
        self._counts = counts
        found = [deployment.collection(name) for name in (INPUTS, OUTPUTS)]
        self._inputs, self._outputs = (
            None if each is None or not each.enabled else each.name for each in found
        )

    @property
    def is_on(self) -> bool:
        """Whether the deployment has either collection."""
        return self._inputs is not None or self._outputs is not None

    def events(self, exchange: Exchange, identifier: str) -> list[StoredEvent]:
        """Return the events of an exchange that did not fail.

        Args:
            exchange: that is complete.
            identifier: of its lines.
        """
        response = exchange.response
        if exchange.broken is not None or response is None or exchange.status >= _FAILED:
            return []
        if not exchange.request.size:
            return []  # it asks for a page about the model
        # Which rows a response holds depends on how many its request has.
        inputs = self._rows(exchange.request, INPUTS, self._names.inputs, IS_REQUEST)
        outputs = None
        if self._outputs is not None:
            count = None if inputs is None or inputs.rows is None else len(inputs.rows)
            outputs = self._rows(response, OUTPUTS, self._names.outputs, count)
        return [
            rows_event(collection, exchange, identifier, found.json(), _ATTRIBUTES)
            for collection, found in ((self._inputs, inputs), (self._outputs, outputs))
            if collection is not None and found is not None
        ]

    def _rows(
        self, message: Message, collection: str, names: tuple[str, ...], input_rows: int | None
    ) -> PayloadRows | None:
        """Return the rows of a message; None, counted with the reason, where it has none."""
        try:
            content = content_of(message, self._body_bytes)
        except LostBodyError as error:
            self._count_lost(collection, error.reason)
            return None
        found = rows_of_body(content, message.content_type, names, input_rows=input_rows)
        if found.rows is None:
            self._count_lost(collection, found.reason)
            return None
        return found

    def _count_lost(self, collection: str, reason: str) -> None:
        if (self._inputs if collection == INPUTS else self._outputs) is not None:
            self._counts.add_lost(collection, reason)
