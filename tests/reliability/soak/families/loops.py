"""Ways of one thread: loops over requests, several requests at once."""

from __future__ import annotations

import random

from tests.reliability.soak.families.serving import each_with_a_call, family, serve_caught
from tests.reliability.soak.traffic import Model, Request


@family
def one_loop(model: Model, requests: list[Request], chance: random.Random) -> None:
    for request in each_with_a_call(requests):
        ((collect, data),) = model.input_calls(request)
        collect(data)
        if request.outputs == "together":
            ((collect, data),) = model.output_calls(request)
            collect(data)
        elif request.outputs == "row by row":
            for collect, data in model.output_calls(request):
                collect(data)


@family
def one_loop_with_gaps(model: Model, requests: list[Request], chance: random.Random) -> None:
    for request in requests:
        if request.inputs != "missing":
            ((collect, data),) = model.input_calls(request)
            collect(data)
        for collect, data in model.output_calls(request):
            collect(data)


@family
def function_in_a_loop(model: Model, requests: list[Request], chance: random.Random) -> None:
    errors: list[Exception] = []
    for request in requests:
        serve_caught(model, request, errors)


@family
def batch_of_inputs_first(model: Model, requests: list[Request], chance: random.Random) -> None:
    requests = each_with_a_call(requests)
    for request in requests:
        for collect, data in model.input_calls(request):
            collect(data)
    for request in requests:
        for collect, data in model.output_calls(request):
            collect(data)


@family
def two_at_once(model: Model, requests: list[Request], chance: random.Random) -> None:
    for one, other in zip(requests[::2], requests[1::2]):
        for collect, data in model.input_calls(one):
            collect(data)
        for collect, data in model.input_calls(other):
            collect(data)
        for collect, data in model.output_calls(one) + model.output_calls(other):
            collect(data)


@family
def mapped(model: Model, requests: list[Request], chance: random.Random) -> None:
    """The functions are called from one place, at which they call others, or the collectors."""

    def inputs_of(request: Request) -> None:
        for collect, data in model.input_calls(request):
            collect(data)

    def outputs_of(request: Request) -> None:
        for collect, data in model.output_calls(request):
            collect(data)

    for start in range(0, len(requests), 3):
        some = each_with_a_call(requests[start : start + 3])
        if chance.random() < 0.5:
            list(map(inputs_of, some))
            list(map(outputs_of, some))
        else:
            calls = [call for request in some for call in model.input_calls(request)]
            version = model.inputs[1].collect
            list(map(version, [data for collect, data in calls if collect == version]))
            for collect, data in (call for each in some for call in model.output_calls(each)):
                collect(data)
