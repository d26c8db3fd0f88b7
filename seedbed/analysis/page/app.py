"""The page as a web application: Starlette, one template, a poll every few seconds.

    /         the page, whole
    /live     the part that changes, with an ETag: 304 where nothing has
    /sweeps/  all sweeps as a list, filtered and sorted by the address
    /compare/ configurations that the address names, also of several sweeps
    /sweep/EXPERIMENT/RUN/  one sweep, with a /live of its own
    /health   for health checks, without a login: whether this process answers, and MLflow
    /page.css, /page.js

Nothing is fetched from elsewhere and no script stands in the page, so the policy can forbid both.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seedbed.analysis.page.access import Door, login_of
from seedbed.analysis.page.cache import Cache, Login
from seedbed.analysis.page.chart import NARROW, WIDE, chart
from seedbed.analysis.page.compare_view import (
    MOST_ARMS,
    choose,
    compare_chosen,
    dots,
    place_of,
)
from seedbed.analysis.page.durations import bar, moment, to_go
from seedbed.analysis.page.overview import Place
from seedbed.analysis.page.sweep_list import ORDERS, Wanted
from seedbed.analysis.wording import ago, fixed, one_line, p_value, percent
from seedbed.system.errors import StoreError
from seedbed.tracking.reading.run_lists import LoginError
from seedbed.tracking.ui_links import run_link

TEMPLATES = Path(__file__).parent / "templates"
POLL_S = 5
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
REALM = {"WWW-Authenticate": 'Basic realm="MLflow", charset="UTF-8"'}
VERDICTS = {
    "different": "Different",
    "equivalent": "Equivalent",
    "undecided": "Undecided",
    "spread": "One configuration",
    "none": "No verdict",
}
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Settings:
    """How the page is served.

    Attributes:
        door: Who may see it.
        links: Address of MLflow's UI for the visitor's browser; None for no links.
        hosts: Names by which the page may be asked for; None for any.
    """

    door: Door
    links: str | None
    hosts: tuple[str, ...] | None


def application(settings: Settings) -> Starlette:
    """The web application."""
    pages = _Pages(settings)
    routes = [
        Route("/", pages.page),
        Route("/live", pages.live),
        Route("/sweeps/", pages.listed),
        Route("/compare/", pages.compared),
        Route("/sweep/{experiment}/{run}/", pages.sweep),
        Route("/sweep/{experiment}/{run}/live", pages.sweep_live),
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


class _Pages:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = Cache(settings.door.visitor)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "ago": ago,
            "bar": bar,
            "fixed": fixed,
            "link": self._link,
            "moment": moment,
            "p_value": p_value,
            "percent": percent,
            "to_go": to_go,
        }
        self._templates.globals |= {
            "chart": chart,
            "narrow": NARROW,
            "orders": tuple(ORDERS),
            "wide": WIDE,
            "verdicts": VERDICTS,
        }

    async def page(self, request: Request) -> Response:
        return self._whole(*await run_in_threadpool(self._live, request))

    async def listed(self, request: Request) -> Response:
        """All sweeps that the address asks for."""
        answer = await run_in_threadpool(self._list, request)
        return self._whole(*answer, title="All sweeps", root="../", polls=False)

    async def compared(self, request: Request) -> Response:
        """Configurations side by side."""
        answer = await run_in_threadpool(self._compare, request)
        return self._whole(*answer, title="Compare", root="../", polls=False)

    async def sweep(self, request: Request) -> Response:
        """One sweep."""
        answer = await run_in_threadpool(self._sweep, request)
        return self._whole(*answer, title="Sweep", root="../../../")

    def _whole(
        self,
        status: int,
        live: str,
        *,
        title: str = "Sweeps and nights",
        root: str = "",
        polls: bool = True,
    ) -> Response:
        if status == 401:
            live = self._problem("login")
        text = self._templates.get_template("page.html.j2").render(
            live=live, poll_s=POLL_S if polls else 0, title=title, root=root
        )
        headers = REALM if status == 401 else None
        return Response(text, status, headers, media_type="text/html")

    async def live(self, request: Request) -> Response:
        """The part that changes; no login dialogue here, the page asks to be loaded again."""
        return self._part(request, *await run_in_threadpool(self._live, request))

    async def sweep_live(self, request: Request) -> Response:
        """The same of one sweep."""
        return self._part(request, *await run_in_threadpool(self._sweep, request))

    def _part(self, request: Request, status: int, live: str) -> Response:
        tag = f'"{hashlib.sha256(live.encode()).hexdigest()[:24]}"'
        if status == 200 and request.headers.get("If-None-Match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(live, status, {"ETag": tag}, media_type="text/html")

    async def health(self, _request: Request) -> Response:
        """This process answers; MLflow may be away, which restarting this would not mend."""
        mlflow = await run_in_threadpool(self._mlflow)
        return JSONResponse({"status": "ok", "mlflow": mlflow})

    def _mlflow(self) -> str:
        try:
            self._settings.door.probe()
        except StoreError:
            return "away"
        return "reachable"

    def _live(self, request: Request) -> tuple[int, str]:
        """Status and content for whoever asks."""

        def shown(login: Login) -> tuple[int, str]:
            overview = self._cache.overview(login)
            now = 1000 * time.time()
            return 200, self._templates.get_template("live.html.j2").render(o=overview, now=now)

        return self._for_login(request, shown)

    def _list(self, request: Request) -> tuple[int, str]:
        """All sweeps that the address asks for."""
        wanted = Wanted.of(request.query_params)

        def shown(login: Login) -> tuple[int, str]:
            found = self._cache.overview(login).every
            template = self._templates.get_template("list.html.j2")
            return 200, template.render(w=wanted, sweeps=wanted.among(found), every=found)

        return self._for_login(request, shown)

    def _sweep(self, request: Request) -> tuple[int, str]:
        """Show one sweep; 404 if it does not exist."""
        place = Place(request.path_params["experiment"], request.path_params["run"])

        def shown(login: Login) -> tuple[int, str]:
            view = self._cache.sweep(login, place)
            if view is None:
                return 404, self._problem("no sweep")
            return 200, self._templates.get_template("sweep.html.j2").render(s=view)

        return self._for_login(request, shown)

    def _compare(self, request: Request) -> tuple[int, str]:
        """Compare the configurations that the address names."""
        named = [place_of(one) for one in request.query_params.getlist("arm")[:MOST_ARMS]]

        def shown(login: Login) -> tuple[int, str]:
            views = [
                (view, label)
                for place, label in filter(None, named)
                if (view := self._cache.sweep(login, place)) is not None
            ]
            arms = choose(views)
            pairs = compare_chosen(arms)
            picture = dots(arms) if arms else ""
            template = self._templates.get_template("compare.html.j2")
            return 200, template.render(arms=arms, pairs=pairs, picture=picture)

        return self._for_login(request, shown)

    def _for_login(
        self, request: Request, shown: Callable[[Login], tuple[int, str]]
    ) -> tuple[int, str]:
        """Answer a request for its login; 401 if the login is unknown."""
        login: Login = login_of(request.headers.get("Authorization"))
        try:
            if self._settings.door.locked() and login is None:
                return 401, ""
            return shown(login)
        except LoginError:
            return 401, ""
        except StoreError as error:
            return 503, self._problem("away", one_line(error, 300))

    def _problem(self, kind: str, said: str = "") -> str:
        return self._templates.get_template("problem.html.j2").render(kind=kind, said=said)

    def _link(self, place: Place) -> str | None:
        if self._settings.links is None:
            return None
        return run_link(self._settings.links, place.experiment_id, place.run_id)
