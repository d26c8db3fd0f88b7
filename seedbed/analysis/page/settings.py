"""How the page is served."""

from dataclasses import dataclass
from pathlib import Path

from seedbed.analysis.page.orders import Orders
from seedbed.analysis.page.serving.access import Door
from seedbed.analysis.page.serving.local_ui import LocalUi

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Settings:
    """How the page is served.

    Attributes:
        door: Who may see it.
        links: Address of MLflow's UI for the visitor's browser; None for no links.
        hosts: Names by which the page may be asked for; None for any.
        orders: Gives orders to sweeps; None for a page that only shows.
        ui: ``seedbed ui``, which must run for links to lead anywhere; None if a server has them.
    """

    door: Door
    links: str | None
    hosts: tuple[str, ...] | None
    orders: Orders | None = None
    ui: LocalUi | None = None
