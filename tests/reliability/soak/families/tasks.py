"""Ways of asyncio: tasks of requests, and calls in its executor."""

from __future__ import annotations

import asyncio
import random
from contextvars import copy_context

from tests.reliability.soak.families.serving import family
from tests.reliability.soak.traffic import Model, PredictionError, Request


async def _serve_in_task(model: Model, request: Request, chance: random.Random) -> None:
    for collect, data in model.input_calls(request):
        collect(data)
    for _ in range(chance.randint(0, 2)):
        await asyncio.sleep(0)
    if request.outputs == "failing":
        raise PredictionError
    for collect, data in model.output_calls(request):
        collect(data)
        await asyncio.sleep(0)


@family
def task_for_each(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def serve() -> None:
        tasks = (_serve_in_task(model, request, chance) for request in requests)
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(serve())


@family
def one_task_for_all(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def serve() -> None:
        errors = []
        for request in requests:
            try:
                await _serve_in_task(model, request, chance)
            except PredictionError as error:
                errors.append(error)

    asyncio.run(serve())


@family
def tasks_of_a_task(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Every second request is served by the task that starts the others."""

    async def serve() -> None:
        running = []
        for own, other in zip(requests[::2], requests[1::2]):
            for collect, data in model.input_calls(own):
                collect(data)
            running.append(asyncio.ensure_future(_serve_in_task(model, other, chance)))
            await asyncio.sleep(0)
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(serve())


@family
def calls_in_an_executor(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def one(request: Request) -> None:
        loop = asyncio.get_running_loop()
        for call in model.input_calls(request) + model.output_calls(request):
            await loop.run_in_executor(None, *call)

    async def serve() -> None:
        await asyncio.gather(*map(one, requests))

    asyncio.run(serve())


@family
def outputs_to_thread(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def one(request: Request) -> None:
        for collect, data in model.input_calls(request):
            collect(data)
        await asyncio.sleep(0)
        if request.outputs == "failing":
            raise PredictionError
        for collect, data in model.output_calls(request):
            context = copy_context()
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, context.run, collect, data)

    async def serve() -> None:
        half = len(requests) // 2
        await asyncio.gather(*map(one, requests[:half]), return_exceptions=True)
        errors = []
        for request in requests[half:]:
            try:
                await one(request)
            except PredictionError as error:
                errors.append(error)

    asyncio.run(serve())
