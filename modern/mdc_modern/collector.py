"""`Collector`, the new SDK's one class: pandas DataFrames of one collection become JSONL lines.

Signature, messages and order of checks are those of `azureml-ai-monitoring` 1.0.0. On purpose
different: frames are snapshotted, and sampling goes by the correlation id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from pandas import DataFrame

from mdc_core.data.events import Event, Stream
from mdc_core.data.sampling import is_sampled
from mdc_core.data.snapshot import snapshot_frame
from mdc_core.data.uses import Uses
from mdc_core.errors import (
    CollectionDisabledError,
    CollectionNameError,
    QueueClosedError,
    SettingsError,
    UnsupportedDataError,
)
from mdc_core.http_request import current_request_id
from mdc_core.interrupts import is_interrupt
from mdc_core.runtime import count_unplaced, pipeline_for
from mdc_core.settings import Settings
from mdc_core.transport.pipeline import Pipeline

from .contexts import (
    BasicCorrelationContext,
    CorrelationContext,
    WrapperContext,
    headers_of,
    microseconds_of,
    timestamp_of,
)

# Below it, microseconds are exact as floats too.
_EXACT_SECONDS = 2**33
_ACCEPTED = "accepted"
_SAMPLED_OUT = "dropped_sampling"
_MODEL_VERSION = "default"
_DEFAULT_NAME = "default"
_DEFAULT_WORKSPACE = "default/default/default"


class Collector:
    """Collects the frames of one collection.

    Args:
        name: of the collection; `model_inputs` and `model_outputs` are the ones that Azure ML's
            monitors look for.
        on_error: called with the exception instead of raising it.

    Raises:
        MdcError: without `on_error`, when the collection is not enabled or a setting makes no
            sense.
    """

    def __init__(self, *, name: str, on_error: Optional[Callable[[Exception], Any]] = None) -> None:
        self.name = name
        self.on_error = on_error or _raise
        self._debug = False
        self._fault: Optional[Exception] = None
        self._pipeline: Optional[Pipeline] = None
        self._percentage = 100.0
        try:
            self._open()
        except (CollectionNameError, CollectionDisabledError, SettingsError) as error:
            self._fault = error
            self.on_error(error)

    def _open(self) -> None:
        if not self.name:
            raise CollectionNameError("collection name is not provided")
        settings = Settings.from_environ()
        self._debug = settings.debug
        if not settings.collector:
            raise CollectionDisabledError("custom logging is not enabled, drop the data")
        rule = settings.rules.of(str(self.name))
        if not rule.enabled:
            raise CollectionDisabledError(f"collection {self.name} is not enabled, drop the data")
        self._percentage = rule.percentage
        self._stream = Stream(
            endpoint=settings.endpoint or settings.service or _DEFAULT_NAME,
            deployment=settings.deployment or _DEFAULT_NAME,
            collection=str(self.name),
            workspace=settings.workspace or _DEFAULT_WORKSPACE,
            rolling_rate=settings.rolling_rate,
        )
        self._pipeline = pipeline_for(settings)

    def collect(
        self,
        data: DataFrame,
        correlation_context: Optional[CorrelationContext] = None,
    ) -> CorrelationContext:
        """Accept a frame; it is copied, so that what happens to it later is not collected.

        Args:
            data: any pandas DataFrame.
            correlation_context: the context that an earlier `collect` of the same request
                returned; a new one when not given.

        Returns:
            The context, to be handed to the next `collect` of the request.

        Raises:
            UnsupportedDataError: `data` is not a DataFrame (a TypeError).
            ContextError: the context's timestamp is none, or of no year from 1 to 9999.
            QueueFullError: too much waits to be written.
            MdcError: as the constructor. With `on_error`, nothing is raised.
        """
        context = BasicCorrelationContext() if correlation_context is None else correlation_context
        # In one function: each more takes a paced call, whose caches are cold, about 1 us.
        try:
            pipeline = self._pipeline
            if pipeline is None:
                raise self._fault or QueueClosedError("queue closed")
            if type(context) is BasicCorrelationContext:
                identifier = str(context.id)
                seconds: float = context.timestamp
                headers = context.headers
            else:
                identifier, seconds, headers = _foreign_context(context)
            request_id = current_request_id()
            if self._percentage < 100 and not self._is_sampled(
                pipeline.uses,
                context,
                request_id or identifier,
                correlation_context is None and request_id is None,
            ):
                pipeline.count_dropped(_SAMPLED_OUT)
                return WrapperContext(context, False, _SAMPLED_OUT) if self._debug else context
            if not isinstance(data, DataFrame):
                raise UnsupportedDataError(
                    f"data type ({type(data).__name__}) not supported, "
                    "supported types: pandas.DataFrame"
                )
            snapshot, size = snapshot_frame(data)
            pipeline.put(
                # As `Event(...)`, whose `__new__` is a function of Python: 0.25 us less.
                tuple.__new__(
                    Event,
                    (
                        snapshot,
                        size,
                        # A whole second after 1970 needs no call: 0.2 us less.
                        seconds * 1_000_000
                        if type(seconds) is int and 0 < seconds < _EXACT_SECONDS
                        else microseconds_of(seconds),
                        identifier,
                        _MODEL_VERSION,
                        self._stream,
                        None,
                        request_id,
                        # Their texts are taken now, so that `on_error` hears of one without.
                        {str(key): str(value) for key, value in headers.items()}
                        if headers
                        else None,
                        (),
                        None,
                        False,
                        100.0,
                    ),
                )
            )
        except Exception as error:  # noqa: BLE001  whatever it is, `on_error` is to be told
            return self._refused(error, context)
        return WrapperContext(context, True, _ACCEPTED) if self._debug else context

    def _refused(self, error: Exception, context: CorrelationContext) -> CorrelationContext:
        """Count an event that is lost, and tell; return what `collect` returns then."""
        if is_interrupt(error):
            raise error
        if self._pipeline is not None:
            self._pipeline.count_dropped(getattr(error, "reason", "error"))
        elif isinstance(error, SettingsError):
            count_unplaced()
        self.on_error(error)
        return WrapperContext(context, False, str(error)) if self._debug else context

    def _is_sampled(
        self, uses: Uses, context: CorrelationContext, identifier: str, is_new: bool
    ) -> bool:
        while type(context) is WrapperContext:
            context = context.wrapped
        carrier = context if type(context) is BasicCorrelationContext else None
        use = uses.next(carrier, identifier, self.name, is_new)
        return is_sampled(identifier, self._percentage, use)


def _foreign_context(context: Any) -> tuple[str, float, dict[str, Any]]:
    """Return id, time and headers of a context of another class: any object with `get_id`."""
    if not hasattr(context, "get_id"):
        raise UnsupportedDataError(
            f"correlation_context ({type(context).__name__}) not supported, supported types: "
            "the context that collect returned, or BasicCorrelationContext"
        )
    return str(context.get_id()), timestamp_of(context), headers_of(context)


def _raise(error: Exception) -> None:
    raise error
