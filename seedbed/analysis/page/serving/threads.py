"""The threads in which answers are made, so that no crowd of requests delays a health check."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

PAGES_AT_ONCE = 16
"""Most wait for MLflow, or for their turn to be rendered."""

HEALTH_S = 1.0
"""How long a health check waits for what it looks at."""

T = TypeVar("T")


class Threads:
    """A few threads for pages, which wait for each other, and one for health checks alone."""

    def __init__(self) -> None:
        self._pages = ThreadPoolExecutor(PAGES_AT_ONCE, "page")
        self._health = ThreadPoolExecutor(1, "health")
        self._look: Future[str] | None = None

    async def page(self, make: Callable[..., T], *given: object) -> T:
        """What a function returns, once a thread is free."""
        return await asyncio.get_running_loop().run_in_executor(self._pages, make, *given)

    async def health(self, look: Callable[[], str], otherwise: str) -> str:
        """What a health check finds; all that ask meanwhile share one look.

        Args:
            look: Looks.
            otherwise: What is said if the look takes too long.
        """
        if self._look is None or self._look.done():
            self._look = self._health.submit(look)
        waiting = asyncio.wrap_future(self._look)
        try:
            return await asyncio.wait_for(asyncio.shield(waiting), HEALTH_S)
        except TimeoutError:
            return otherwise
