"""The page as a web application: Starlette, its own templates, updates as server-sent events.

    /         the page, whole
    /live     the part that changes, with an ETag: 304 where nothing has
    /events   the same as server-sent events, one reading for all who watch
    /sweeps/  all sweeps as a list, filtered and sorted by the address; with /live and /events
    /compare/ configurations that the address names, also of several sweeps
    /sweep/EXPERIMENT/RUN/  one sweep, with a /live and /events of its own
    /sweep/EXPERIMENT/RUN/order  takes the forms that stop, cancel, resume or retry it
    /health   for health checks, without a login: whether this process answers, and MLflow
    /page.css, /page.js

Nothing is fetched from elsewhere and no script stands in the page, so the policy can forbid both.
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seedbed.analysis.page.pages import Pages
from seedbed.analysis.page.settings import TEMPLATES, Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Handler = Callable[[Request], Awaitable[Response]]


def application(settings: Settings) -> Starlette:
    """The web application."""
    pages = Pages(settings)
    routes = [
        Route("/", pages.page),
        Route("/live", pages.live),
        Route("/events", pages.events),
        Route("/sweeps/", pages.listed),
        Route("/sweeps/live", pages.live),
        Route("/sweeps/events", pages.events),
        Route("/compare/", pages.compared),
        Route("/sweep/{experiment}/{run}/", pages.sweep),
        Route("/sweep/{experiment}/{run}/live", pages.live),
        Route("/sweep/{experiment}/{run}/events", pages.events),
        Route("/sweep/{experiment}/{run}/order", pages.order, methods=["POST"]),
        Route("/health", pages.health),
        Route("/page.css", _file("page.css", "text/css")),
        Route("/page.js", _file("page.js", "text/javascript")),
    ]
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts or ("*",)))]
    app = Starlette(routes=routes, middleware=guards)
    app.add_middleware(_Headers)
    return app


class _Headers:
    """Adds the headers to every answer, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((key.lower().encode(), value.encode()) for key, value in HEADERS.items()),
                ]
            await send(message)

        await self._app(scope, receive, sent)


def _file(name: str, kind: str) -> Handler:
    content = (TEMPLATES / name).read_bytes()

    async def answer(_request: Request) -> Response:
        return Response(content, media_type=kind)

    return answer
