"""What each address of the page answers."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from seedbed.analysis.page.orders import Forms, Reach, offers, read_form
from seedbed.analysis.page.rendering import Templates
from seedbed.analysis.page.serving.access import Login, login_of
from seedbed.analysis.page.serving.cache import Cache
from seedbed.analysis.page.serving.streams import Part, Streams
from seedbed.analysis.page.serving.threads import Threads
from seedbed.analysis.page.settings import Settings
from seedbed.analysis.page.views.compare_view import (
    MOST_ARMS,
    are_alike,
    choose,
    compare_chosen,
    place_of,
)
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_list import Wanted
from seedbed.analysis.page.views.sweep_view import SweepView
from seedbed.analysis.wording import one_line
from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.reading.run_lists import LoginError

REALM = {"WWW-Authenticate": 'Basic realm="MLflow", charset="UTF-8"'}
STREAM = {"X-Accel-Buffering": "no"}
"""Tells nginx to pass events on at once."""
Shown = Callable[[Login], Part]


class Pages:
    """Answers requests.

    Args:
        settings: How the page is served.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = Cache(settings.door.visitor)
        self._templates = Templates(settings.links, settings.ui)
        self._forms = Forms()
        self._reach = Reach(settings.orders)
        self._threads = Threads()
        self._streams = Streams(self._threads)

    async def page(self, request: Request) -> Response:
        """Sweeps under way, last verdicts and nights."""
        return await self._whole(request, self._live(request), "Sweeps and nights", updates=True)

    async def listed(self, request: Request) -> Response:
        """All sweeps that the address asks for."""
        return await self._whole(request, self._live(request), "All sweeps", "../", updates=True)

    async def compared(self, request: Request) -> Response:
        """Configurations side by side."""
        return await self._whole(request, self._compare(request), "Compare", "../")

    async def sweep(self, request: Request) -> Response:
        """One sweep."""
        return await self._whole(request, self._live(request), "Sweep", "../../../", updates=True)

    async def live(self, request: Request) -> Response:
        """The part that changes; no login dialogue here, the page asks to be loaded again."""
        part = await self._threads.page(self._for_login, request, self._live(request))
        tag = f'"{part.tag}"'
        if part.status == 200 and request.headers.get("If-None-Match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(part.html, part.status, {"ETag": tag}, media_type="text/html")

    async def events(self, request: Request) -> Response:
        """The part that changes, as it changes."""
        part = await self._threads.page(self._for_login, request, self._live(request))
        if part.status in (401, 404):
            return Response(status_code=part.status)
        login = login_of(request.headers.get("Authorization"))
        asked = [one for one in request.query_params.multi_items() if one[0] not in ("tag", "told")]

        def read() -> Part:
            return self._for_login(request, self._live(request))

        key = (self._forms.token(login, "events"), request.url.path, tuple(asked))
        events = self._streams.events(key, read, request.query_params.get("tag", ""), part)
        return StreamingResponse(events, media_type="text/event-stream", headers=STREAM)

    async def order(self, request: Request) -> Response:
        """Give the order of a form, and lead back to the sweep's page, which tells it."""
        form = await read_form(request)
        told: list[str] = []

        def shown(login: Login) -> Part:
            part, said = self._order(request, form, login)
            told.append(said)
            return part

        part = await self._threads.page(self._for_login, request, shown)
        if part.status == 200:
            return RedirectResponse(f"./?told={told[0]}", status_code=303)
        return self._document(part, "Sweep", "../../../")

    async def health(self, _request: Request) -> Response:
        """This process answers; MLflow may be away, which restarting this would not mend."""
        mlflow = await self._threads.health(self._mlflow, "slow")
        return JSONResponse({"status": "ok", "mlflow": mlflow})

    def _mlflow(self) -> str:
        try:
            self._settings.door.probe()
        except StoreError:
            return "away"
        return "reachable"

    async def _whole(
        self, request: Request, shown: Shown, title: str, root: str = "", *, updates: bool = False
    ) -> Response:
        def made() -> Response:
            part = self._for_login(request, shown)
            login = login_of(request.headers.get("Authorization"))
            told = self._forms.told(login, request.query_params.get("told"))
            return self._document(part, title, root, told, updates=updates)

        return await self._threads.page(made)

    def _document(
        self, part: Part, title: str, root: str, told: str | None = None, *, updates: bool = False
    ) -> Response:
        live = part.html
        if part.status == 401:
            live = self._templates.problem("login")
        shown = {"live": live, "updates": updates, "told": told, "tag": part.tag}
        names = {"title": title, "tab": part.tab or title.lower(), "root": root}
        text = self._templates.render("page", **shown, **names)
        headers = REALM if part.status == 401 else None
        return Response(text, part.status, headers, media_type="text/html")

    def _live(self, request: Request) -> Shown:
        """What changes on the page of a sweep, on the list, or on the first page."""
        if request.url.path.startswith("/sweeps/"):
            return self._list(request)
        if not request.path_params:
            return lambda login: Part(200, self._templates.overview(self._cache.overview(login)))
        place = _place(request)

        def shown(login: Login) -> Part:
            view = self._cache.sweep(login, place)
            if view is None:
                return Part(404, self._templates.problem("no sweep"))
            may = self._may_write(login, view)
            token = self._forms.token(login, _path(place))
            orders = self._settings.orders
            offered = offers(view, resume=orders.starts_drivers) if may and orders else ()
            text = self._templates.render("sweep", s=view, offers=offered, token=token)
            return Part(200, text, view.name)

        return shown

    def _list(self, request: Request) -> Shown:
        wanted = Wanted.of(request.query_params)

        def shown(login: Login) -> Part:
            found = self._cache.overview(login)
            listed = wanted.among(found.every)
            text = self._templates.render(
                "list", w=wanted, sweeps=listed, every=found.every, complete=found.complete
            )
            return Part(200, text)

        return shown

    def _compare(self, request: Request) -> Shown:
        named = [place_of(one) for one in request.query_params.getlist("arm")[:MOST_ARMS]]

        def shown(login: Login) -> Part:
            views = [
                (view, label)
                for place, label in filter(None, named)
                if (view := self._cache.sweep(login, place)) is not None
            ]
            arms = choose(views)
            pairs = compare_chosen(arms)
            return Part(
                200,
                self._templates.render("compare", arms=arms, pairs=pairs, alike=are_alike(arms)),
            )

        return shown

    def _may_write(self, login: Login, view: SweepView, *, now: bool = False) -> bool:
        """Whether this visitor is offered orders: MLflow lets them write, the ledger is here."""
        if not self._reach.has(view):
            return False
        if not self._settings.door.locked():
            return True
        return self._cache.may_write(login, view.place.experiment_id, now=now)

    def _order(self, request: Request, form: dict[str, str], login: Login) -> tuple[Part, str]:
        """The answer to a form, and the word under which its sentence is kept."""
        place = _place(request)
        view = self._cache.sweep(login, place)
        if view is None:
            return Part(404, self._templates.problem("no sweep")), ""
        if not self._forms.is_own(request, form.get("token", ""), login, _path(place)):
            return Part(403, self._templates.problem("form")), ""
        if not self._may_write(login, view, now=True) or self._settings.orders is None:
            return Part(403, self._templates.problem("reader")), ""
        try:
            said = self._settings.orders.give(form.get("order", ""), view.name, place.run_id, login)
        except InputError as error:
            said = str(error)
        return Part(200, ""), self._forms.tell(login, one_line(said, 300))

    def _for_login(self, request: Request, shown: Shown) -> Part:
        """What is shown to whoever asks; 401 without a login that is known."""
        login: Login = login_of(request.headers.get("Authorization"))
        try:
            if self._settings.door.locked() and login is None:
                return Part(401, "")
            return shown(login)
        except LoginError:
            return Part(401, "")
        except StoreError as error:
            return Part(503, self._templates.problem("away", one_line(error, 300)))


def _place(request: Request) -> Place:
    return Place(request.path_params["experiment"], request.path_params["run"])


def _path(place: Place) -> str:
    return f"{place.experiment_id}/{place.run_id}"
