"""Links from inputs to the outputs that belong to them, if the script does not say which do.

Most scripts collect inputs, then predictions, and never call `add_correlations`. Each call for
inputs begins a link; outputs of the same model, version and service take the id and the number
of rows from it. Another request's would be silently wrong, so in doubt there is no link, and the
outputs have an id of their own. The states of a link:

    begun   The call for inputs runs. With this the link before it in the context is at an end,
            also when the call fails, and then this one stays without an id for good.
    open    The inputs were accepted. Outputs find the link through their context, and take it
            if the run of the function that collected the inputs has come to them (`CallSite`),
            in the same thread and task, or waits for them in a copy of its context. But where
            that run has collected other inputs before, and nobody asked for these yet, it is in
            doubt which are meant, and stays so: its outputs may lag behind for good.
            In a request (`request_scope`) only its own links count. The only one for a model is
            the one that is meant, unless the run is in another round of a loop; outputs find it
            through the request, where their context has none. Of inputs collected in two places
            of a run, the later are meant.
    taken   Outside of requests, and after the answer: of each outputs collector, it has had the id
            for as many rows as the inputs had. A task that the first request began serves others.

A forked process inherits the context, which is why a link has the number of its process.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import dropwhile
from types import FrameType
from typing import NamedTuple, Optional

from mdc_core.http_request import middleware_id

from .call_site import CallSite
from .served_request import Scope, process_number

# In a request its functions call each other; outside, what calls a function may serve others too.
_DEPTH_IN_REQUEST = 3
_DEPTH = 1
# A bound for each context, for scripts that have a model for each customer.
_MOST_MODELS = 64


class ModelKey(NamedTuple):
    """What a script says about a collector's model; None for what it does not say.

    Attributes:
        model: name of the model.
        version: of the model.
        service: name of the web service.
    """

    model: str
    version: Optional[str]
    service: Optional[str]

    def may_be(self, other: ModelKey) -> bool:
        """Return whether both may mean the same model: nothing that both say differs."""
        return self.model == other.model and all(
            None in pair or pair[0] == pair[1] for pair in zip(self[1:], other[1:])
        )


_NONE: Mapping[ModelKey, Link] = {}
_links: ContextVar[Mapping[ModelKey, Link]] = ContextVar("mdc_bridge_links", default=_NONE)


class Link:
    """What one call for inputs leaves for the outputs of its request.

    Args:
        scope: the request, None where nothing marks it.
        caller: the frame that called `collect`.
        before: the earlier link of the same model, which it ends.

    Attributes:
        correlation_id: of the inputs; empty until they are accepted.
        request_id: of the HTTP request, None where it has none.
        rows: number of rows of the inputs.
        site: where the inputs were collected.
        is_asked: whether outputs have looked for their inputs here.
        is_settled: whether it is known what the inputs before it in its run led to.
    """

    __slots__ = (
        "_process",
        "_request",
        "_taken",
        "correlation_id",
        "is_asked",
        "is_settled",
        "request_id",
        "rows",
        "site",
    )

    def __init__(self, scope: Optional[Scope], caller: FrameType, before: Optional[Link]) -> None:
        self.correlation_id = ""
        self.is_asked = False
        self.request_id = middleware_id() if scope is None else scope.request_id
        self.rows = 0
        self._request = None if scope is None else scope.request
        self._process = process_number()
        depth = _DEPTH if scope is None else _DEPTH_IN_REQUEST
        # What another request did with its inputs says nothing of this one.
        if before is not None and scope is not None and not before.is_of(scope):
            before = None
        earlier = None if before is None else before.site
        self.site: CallSite = CallSite(caller, depth, earlier)
        # In a request, inputs that are collected in two places are its inputs in two forms.
        known = (
            before is None
            or self.site.shared_run is None
            or (before.is_asked and before.is_settled)
        )
        self.is_settled: bool = known or (scope is not None and self.site.is_first)
        self._taken: dict[Hashable, int] = {}

    @property
    def is_open(self) -> bool:
        """Whether the inputs were accepted, in this process."""
        return self.correlation_id != "" and self._process == process_number()

    def open(self, correlation_id: str, rows: int) -> None:
        """Let outputs take it from now on.

        Args:
            correlation_id: of the inputs.
            rows: number of rows of the inputs.
        """
        self.rows = rows
        self.correlation_id = correlation_id

    def take(self, collector: Hashable, rows: int) -> bool:
        """Return whether a collector of outputs may have the id for so many rows more.

        Args:
            collector: what tells collectors of outputs apart.
            rows: of the outputs at hand. The first may be any number: a model may make more of a
                row, or less of many.
        """
        taken = self._taken.get(collector, 0)
        rows = max(1, rows)
        if self._request is not None and not self._request.is_over:
            self._taken[collector] = taken + rows
            return True
        fits = taken == 0 or taken + rows <= self.rows
        self._taken[collector] = taken + rows if fits else self.rows
        return fits

    def is_of(self, scope: Optional[Scope]) -> bool:
        """Return whether it may be seen in a request."""
        if self._request is None or scope is not None:
            return self._request is (None if scope is None else scope.request)
        # Old releases of Flask do not show their request in copies of a context.
        return not self.site.is_in_this_thread()

    def leads_to(
        self, caller: FrameType, is_only: bool, links: Mapping[ModelKey, Link]
    ) -> Optional[bool]:
        """Return whether outputs belong to its inputs; None where nothing speaks for or against.

        Args:
            caller: the frame that called `collect` for outputs.
            is_only: their request has no other link.
            links: all of their context, in the order in which they were begun.
        """
        self.is_asked = True
        led = self.site.leads_to(caller, self.is_settled, lambda: self._later(links.values()))
        if led is None and is_only:
            led = True
        return self.is_open if led else led

    def _later(self, links: Iterable[Link]) -> Iterator[CallSite]:
        following = dropwhile(lambda link: link is not self, links)
        next(following, None)
        return (link.site for link in following)


def begin_inputs(key: ModelKey, scope: Optional[Scope], caller: FrameType) -> Link:
    """End the link before, and return that of a call for inputs which begins now.

    Args:
        key: of the model.
        scope: the request, None where nothing marks it.
        caller: the frame that called `collect`.
    """
    # A new mapping: a context copied from this one must not see what this one does next.
    links = dict(_links.get())
    link = Link(scope, caller, links.pop(key, None))
    if scope is not None:
        scope.note(key, link)
    if len(links) >= _MOST_MODELS:
        del links[next(iter(links))]
    links[key] = link
    _links.set(links)
    return link


def find_link(key: ModelKey, scope: Optional[Scope], caller: FrameType) -> Optional[Link]:
    """Return the link to the inputs that outputs belong to; None without a link, or in doubt.

    Args:
        key: of the model.
        scope: the request, None where nothing marks it.
        caller: the frame that called `collect`.
    """
    links = _links.get()
    only = None if scope is None else _only_link(key, scope)
    link = links.get(key)
    if link is not None and link.is_of(scope):
        led = link.leads_to(caller, link is only, links)
        if led is not None:
            return link if led else None
    if len(links) > (link is not None):
        others = [links[other] for other in links if other != key and key.may_be(other)]
        answers = [
            (other, other.leads_to(caller, other is only, links))
            for other in others
            if other.is_of(scope)
        ]
        known = [(other, led) for other, led in answers if led is not None]
        if known:
            link, led = known[0]
            return link if led and len(known) == 1 else None
    return only if only is not None and only.is_open else None


def _only_link(key: ModelKey, scope: Scope) -> Optional[Link]:
    """Return the only link of a request that a model can mean; None where there are several."""
    noted: Mapping[ModelKey, Optional[Link]] = scope.noted
    link = noted.get(key)
    if link is not None or key in noted:
        return link
    candidates = [noted[other] for other in noted if key.may_be(other)]
    return candidates[0] if len(candidates) == 1 else None
