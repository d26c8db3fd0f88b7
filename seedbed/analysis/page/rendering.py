"""The page's templates, with what they need to write times, numbers and links."""

import threading

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from seedbed.analysis.non_breaking import non_breaking
from seedbed.analysis.page.charts.control_chart_svg import NARROW, WIDE, chart
from seedbed.analysis.page.charts.run_curves import colour, curve_chart
from seedbed.analysis.page.charts.search_chart import search_chart, search_words
from seedbed.analysis.page.serving.local_ui import LocalUi
from seedbed.analysis.page.settings import TEMPLATES
from seedbed.analysis.page.views.compare_view import FEW_PAIRS, dots
from seedbed.analysis.page.views.durations import moment
from seedbed.analysis.page.views.overview import Overview
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_list import ORDERS
from seedbed.analysis.wording import ago, p_value, with_minus
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.schema import REPORT_FOLDER
from seedbed.tracking.ui_links import artifact_link, charts_link, run_link

VERDICTS = {
    "different": "Different",
    "equivalent": "Equivalent",
    "identical": "The same bits again",
    "undecided": "Undecided",
    "spread": "How much runs vary",
    "sources": "Sources of randomness",
    "none": "No verdict",
}


class Templates:
    """Renders the page's templates.

    Args:
        links: Address of MLflow's UI for the visitor's browser; None for no links.
        ui: What must run for these links to lead anywhere; None if they always do.
    """

    def __init__(self, links: str | None, ui: LocalUi | None = None) -> None:
        self._links, self._ui = links, ui
        self._one_at_a_time = threading.Lock()
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "ago": ago,
            "charts_link": self._charts_link,
            "link": self._link,
            "log_link": self._log_link,
            "report_link": self._report_link,
            "minus": with_minus,
            "moment": moment,
            "p_value": p_value,
            "sentence_case": sentence_case,
        }
        self._environment.globals |= {
            "chart": chart,
            "colour": colour,
            "curve_chart": curve_chart,
            "dots": dots,
            "few": FEW_PAIRS,
            "search_chart": search_chart,
            "search_words": search_words,
            "is_closed": self._is_closed,
            "narrow": NARROW,
            "orders": tuple(ORDERS),
            "wide": WIDE,
            "verdicts": VERDICTS,
        }

    def render(self, name: str, **content: object) -> str:
        """One template with its content.

        One at a time: two threads would render no faster, and leave the loop that serves all less
        of Python's lock.
        """
        with self._one_at_a_time:
            text = self._environment.get_template(f"{name}.html.j2").render(**content)
            return non_breaking(text)

    def overview(self, found: Overview) -> str:
        """The first page's content."""
        return self.render("live", o=found)

    def problem(self, kind: str, said: str = "") -> str:
        """What is said instead of content."""
        return self.render("problem", kind=kind, said=said)

    def _is_closed(self, place: Place) -> bool:
        """Whether links need ``seedbed ui``, and it does not run or shows another store."""
        return self._ui is not None and not self._ui.shows(place.run_id)

    def _root(self, place: Place) -> str | None:
        """Address of MLflow's UI; None where links would lead nowhere."""
        return None if self._is_closed(place) else self._links

    def _report_link(self, place: Place) -> str | None:
        root, path = self._root(place), f"{REPORT_FOLDER}/report.html"
        return root and artifact_link(root, place.experiment_id, place.run_id, path)

    def _charts_link(self, place: Place) -> str | None:
        """Where MLflow shows the charts of a sweep with a report."""
        root = self._root(place)
        return root and charts_link(root, place.experiment_id, place.run_id)

    def _log_link(self, place: Place) -> str | None:
        """Where MLflow shows a run's files: its traceback, and the output of a script."""
        root = self._root(place)
        return root and artifact_link(root, place.experiment_id, place.run_id, "")

    def _link(self, place: Place) -> str | None:
        root = self._root(place)
        return root and run_link(root, place.experiment_id, place.run_id)
