"""Small apps that several test files run."""

import asyncio
from collections.abc import Generator
from typing import Any

import azure.durable_functions as df

from tests.devhost.durable.hub import App

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


def listening_app() -> App:
    """An app with an activity, and an orchestrator that waits for two events."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    @app.orchestrator
    def listens(context: Context) -> Orchestration:
        first = yield context.wait_for_external_event("first")
        return [first, (yield context.wait_for_external_event("second"))]

    return app


def answering_app() -> App:
    """An app with activities that work, fail, and work the second time."""
    app = App()
    app.attempts = 0

    @app.activity
    def answer(value: int) -> int:
        return value

    @app.activity
    async def slow_answer(value: int) -> int:
        await asyncio.sleep(0.15)
        return value

    @app.activity
    def bad(_value: object) -> None:
        raise ValueError("bad row")

    @app.activity
    def second_time(value: int) -> int:
        app.attempts += 1
        if app.attempts == 1:
            raise ValueError("first time")
        return value

    return app


def adding_app() -> App:
    """An app whose orchestrator adds two activities' results."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    @app.orchestrator
    def adds(context: Context) -> Orchestration:
        first = yield context.call_activity("double", 1)
        go = yield context.wait_for_external_event("go")
        return [first, go, (yield context.call_activity("double", 10))]

    return app


def failing_app() -> App:
    """An app with activities that work and fail."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    @app.activity
    def bad(_value: object) -> None:
        raise ValueError("bad row\nin line two")

    return app
