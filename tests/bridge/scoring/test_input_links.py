"""The link from outputs to their inputs: what begins it, what ends it, and what it is a link of."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Optional

import flask
import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.scoring.request_scope import request_scope
from mdc_core.testing import MemoryDestination, collecting

APP = flask.Flask("score")


def _inputs(**more: Any) -> ModelDataCollector:
    return ModelDataCollector("m", "inputs", **more)


def _predictions(*names: str, **more: Any) -> ModelDataCollector:
    return ModelDataCollector("m", "predictions", list(names) or None, **more)


def _ids(collected: MemoryDestination, collection: str = "model_outputs") -> list[str]:
    return [line["correlationid"] for line in collected.lines(collection)]


def _is_linked(collected: MemoryDestination) -> list[bool]:
    inputs = _ids(collected, "model_inputs")
    return [identifier in inputs for identifier in _ids(collected)]


def _refused(collect: Callable[..., Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        collect({"a": 1})


def test_rows_collected_one_by_one_take_the_id_as_often_as_there_are_rows() -> None:
    """Three single rows after inputs of three have their id, the fourth has its own."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()
        inputs.collect(np.zeros((3, 2)))
        for number in range(4):
            predictions.collect(np.array([number]))
    assert _is_linked(collected) == [True, True, True, False]
    assert len(set(_ids(collected))) == 2


def test_parts_of_the_outputs_take_the_id_while_they_fit() -> None:
    """Two rows of three and then two more are more than there were."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()
        inputs.collect(np.zeros((3, 2)))
        for rows in (2, 2, 1):
            predictions.collect(np.zeros((rows, 1)))
    assert _is_linked(collected) == [True, False, False]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_the_first_outputs_may_have_any_number_of_rows(rows: int) -> None:
    """A model that makes five rows, or none, of two is their model all the same, once."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()
        inputs.collect(np.zeros((2, 2)))
        predictions.collect(np.zeros((rows, 1)))
        predictions.collect(np.zeros((2, 1)))
    assert _is_linked(collected) == [True, False]


def test_each_collector_of_outputs_takes_the_id_for_itself() -> None:
    """Collectors of other columns or another designation do, one that is made again does not."""
    with collecting("modern") as collected:
        inputs = _inputs()
        inputs.collect([1])
        _predictions("class").collect(np.array([1]))
        _predictions("probability").collect(np.array([0.5]))
        ModelDataCollector("m", "labels").collect([1])
        _predictions("class").collect(np.array([1]))
    assert _is_linked(collected) == [True, True, False]
    assert _ids(collected, "labels") == _ids(collected, "model_inputs")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"model_version": 1}, {"model_version": 2}),
        ({"webservice_name": "a"}, {"webservice_name": "b"}),
    ],
    ids=["version", "service"],
)
def test_champion_and_challenger(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Versions and services of a model do not take each other's inputs."""
    with collecting("modern") as collected:
        for more in (one, other):
            _inputs(**more).collect([1])
        _predictions(**one).collect(np.array([1.0]))
        _predictions(**other).collect(np.array([1.0]))
        _predictions(model_version=3).collect(np.array([1.0]))
    assert _ids(collected)[:2] == _ids(collected, "model_inputs")
    assert _is_linked(collected) == [True, True, False]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ([{}], {"model_version": 3}),
        ([{"webservice_name": "a"}], {}),
        ([{"model_version": 1}], {"webservice_name": "a"}),
        ([{"model_version": 1}, {}], {"model_version": 1}),
    ],
    ids=["version", "service", "either", "exactly"],
)
@pytest.mark.parametrize("scope", [contextlib.nullcontext, request_scope])
def test_a_version_that_only_one_collector_names(
    inputs: list[dict[str, Any]], outputs: dict[str, Any], scope: Callable[[], Any]
) -> None:
    """What one of them does not say keeps them together, as long as only one can be meant."""
    with collecting("modern") as collected, scope():
        for more in inputs:
            _inputs(**more).collect([1])
        _predictions(**outputs).collect(np.array([1.0]))
    assert _ids(collected) == _ids(collected, "model_inputs")[:1]


@pytest.mark.parametrize("scope", [contextlib.nullcontext, request_scope])
def test_a_version_that_could_be_either(scope: Callable[[], Any]) -> None:
    """Two versions have collected inputs, and the outputs do not say whose they are."""
    with collecting("modern") as collected, scope():
        for version in (1, 2):
            _inputs(model_version=version).collect([1])
        _predictions().collect(np.array([1.0]))
    assert _is_linked(collected) == [False]


def test_inputs_collected_in_two_forms() -> None:
    """In a request the later are meant; outside, it is in doubt whose outputs follow."""
    for scope in (APP.test_request_context, contextlib.nullcontext):
        with collecting("modern") as collected, scope():
            _inputs(collection_name="raw").collect([1])
            _inputs(collection_name="features").collect([2, 3])
            _predictions().collect(np.array([1.0]))
        is_later = _ids(collected) == _ids(collected, "model_inputs")[1:]
        assert is_later is (scope is not contextlib.nullcontext)


def test_all_outputs_of_a_request_have_its_id() -> None:
    """In a request that collected inputs once, their number of rows does not bound others."""
    with collecting("modern") as collected, APP.test_request_context():
        inputs, predictions = _inputs(), _predictions()
        inputs.collect([1])
        for number in range(3):
            predictions.collect(np.array([number]))
    assert _is_linked(collected) == [True, True, True]


@pytest.mark.parametrize("scope", [APP.test_request_context, request_scope])
@pytest.mark.parametrize("failing", [1, 3])
def test_a_request_that_failed_before(scope: Callable[[], Any], failing: int) -> None:
    """Its inputs led to nothing, and say nothing of the rounds of those that are served next."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()

        def run(rows: list[list[float]]) -> None:
            for row in rows:
                inputs.collect(row)
                predictions.collect([1 / row[0]])

        bodies = [[[1.0], [2.0], [3.0]]] * 6
        bodies[failing] = [[4.0], [0.0], [5.0]]
        for body in bodies:
            with scope(), contextlib.suppress(ZeroDivisionError):
                run(body)
    assert _is_linked(collected) == [True] * 16
    assert len(set(_ids(collected))) == 16


@pytest.mark.parametrize("scope", [None, APP.test_request_context, request_scope])
def test_inputs_that_are_refused_end_the_link_before(scope: Optional[Callable[[], Any]]) -> None:
    """As soon as a call for inputs begins, outputs that follow are not of earlier ones."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()

        def run() -> None:
            inputs.collect([1])
            predictions.collect(np.array([1.0]))
            _refused(inputs.collect)
            predictions.collect(np.array([2.0]))
            inputs.collect([3])
            _refused(inputs.collect)
            predictions.collect(np.array([3.0]))

        if scope is None:
            run()
        else:
            with scope():
                run()
    assert _is_linked(collected) == [True, False, False]


def test_inputs_that_nobody_collects_end_the_link_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those of a collector that has no destination."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()
        with monkeypatch.context() as switched_off:
            switched_off.delenv("MDC_STORAGE")
            switched_off.delenv("MDC_BRIDGE_MODE")
            nowhere = _inputs()
        for _ in range(2):
            inputs.collect([1])
            nowhere.collect([2])
            predictions.collect(np.array([2.0]))
    assert _is_linked(collected) == [False, False]


def test_inputs_that_are_sampled_out_are_those_of_their_outputs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The link is there all the same, so that their outputs are left out with them."""
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
        inputs, predictions = _inputs(), _predictions()
        for number in range(200):
            inputs.collect([number])
            predictions.collect(np.array([number]))
    assert 0 < len(_ids(collected)) < 200
    assert _ids(collected) == _ids(collected, "model_inputs")


def test_a_neighbours_number_of_rows_shapes_nothing() -> None:
    """Three predictions without inputs are one row, though inputs of three rows came before."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()

        def run(rows: Optional[int]) -> None:
            if rows is not None:
                inputs.collect(np.zeros((rows, 1)))
            else:
                predictions.collect(np.array([1, 2, 3]))

        run(3)
        run(None)
    assert [len(line["data"]) for line in collected.lines("model_outputs")] == [1]
    assert _is_linked(collected) == [False]


def test_outputs_after_the_request() -> None:
    """What comes when the request is over, in its thread, is not known to be of it."""
    with collecting("modern") as collected:
        inputs, predictions = _inputs(), _predictions()

        def view() -> Any:
            with APP.test_request_context():
                inputs.collect([1])
                return copy_context()

        context = view()
        predictions.collect(np.array([1.0]))
        context.run(predictions.collect, np.array([1.0]))
    assert _is_linked(collected) == [False, True]


def test_a_request_inherited_by_a_pool() -> None:
    """A thread that served one request does not keep its link for calls outside of any."""
    with collecting("modern") as collected, ThreadPoolExecutor(1) as pool:
        inputs, predictions = _inputs(), _predictions()
        with APP.test_request_context():
            pool.submit(flask.copy_current_request_context(inputs.collect), [1]).result()
            pool.submit(predictions.collect, np.array([1.0])).result()
            pool.submit(copy_context().run, predictions.collect, np.array([1.0])).result()
    assert _is_linked(collected) == [False, True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
@pytest.mark.parametrize("scope", [None, APP.test_request_context, request_scope])
def test_a_worker_forked_in_a_request_does_not_take_its_link(
    scope: Optional[Callable[[], Any]],
) -> None:
    """It serves other requests, with a copy of everything that there was in this one."""

    def outputs_in_child() -> Any:
        with collecting("modern") as collected:
            _predictions().collect(np.array([1.0]))
        return _ids(collected)

    def run() -> tuple[str, list[str]]:
        correlations = _inputs().collect([1])
        assert correlations is not None
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=lambda: sender.send(outputs_in_child()))
        child.start()
        child.join()
        return correlations["$aml_dc_correlation_id"], receiver.recv()

    context = multiprocessing.get_context("fork")
    with collecting("modern"), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        if scope is None:
            inputs_id, outputs_ids = run()
        else:
            with scope():
                inputs_id, outputs_ids = run()
    assert len(outputs_ids) == 1
    assert outputs_ids != [inputs_id]


def test_a_model_for_each_customer_fills_no_memory() -> None:
    """Only the latest models of a context are remembered; each of them is."""
    with collecting("modern") as collected:
        for number in range(200):
            ModelDataCollector(f"m{number}", "inputs").collect([number])
        for number in range(200):
            ModelDataCollector(f"m{number}", "predictions").collect(np.array([number]))
    linked = _is_linked(collected)
    assert not any(linked[:-64])
    assert all(linked[-64:])
