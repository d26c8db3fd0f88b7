"""How the page is served."""

from dataclasses import dataclass
from pathlib import Path

from seedbed.analysis.page.orders import Orders
from seedbed.analysis.page.serving.access import Door

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Settings:
    """How the page is served.

    Attributes:
        door: Who may see it.
        links: Address of MLflow's UI for the visitor's browser; None for no links.
        hosts: Names by which the page may be asked for; None for any.
        orders: Gives orders to sweeps; None for a page that only shows.
    """

    door: Door
    links: str | None
    hosts: tuple[str, ...] | None
    orders: Orders | None = None
