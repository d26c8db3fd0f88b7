"""The page's templates, with what they need to write times, numbers and links."""

import threading

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from seedbed.analysis.non_breaking import non_breaking
from seedbed.analysis.page.charts.control_chart_svg import NARROW, WIDE, chart
from seedbed.analysis.page.charts.run_curves import colour, curve_chart
from seedbed.analysis.page.charts.search_chart import search_chart, search_words
from seedbed.analysis.page.settings import TEMPLATES
from seedbed.analysis.page.views.compare_view import FEW_PAIRS, dots
from seedbed.analysis.page.views.durations import moment
from seedbed.analysis.page.views.overview import Overview
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_list import ORDERS
from seedbed.analysis.wording import ago, fixed, p_value, percent, with_minus
from seedbed.tracking.schema import REPORT_FOLDER
from seedbed.tracking.ui_links import LOCAL_UI, artifact_link, charts_link, run_link

VERDICTS = {
    "different": "Different",
    "equivalent": "Equivalent",
    "undecided": "Undecided",
    "spread": "One configuration",
    "none": "No verdict",
}


class Templates:
    """Renders the page's templates.

    Args:
        links: Address of MLflow's UI for the visitor's browser; None for no links.
    """

    def __init__(self, links: str | None) -> None:
        self._links = links
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
            "fixed": fixed,
            "charts_link": self._charts_link,
            "link": self._link,
            "log_link": self._log_link,
            "report_link": self._report_link,
            "minus": with_minus,
            "moment": moment,
            "p_value": p_value,
            "percent": percent,
        }
        self._environment.globals |= {
            "chart": chart,
            "colour": colour,
            "curve_chart": curve_chart,
            "dots": dots,
            "few": FEW_PAIRS,
            "search_chart": search_chart,
            "search_words": search_words,
            "local_ui": links == LOCAL_UI,
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

    def _report_link(self, place: Place) -> str | None:
        if self._links is None:
            return None
        path = f"{REPORT_FOLDER}/report.html"
        return artifact_link(self._links, place.experiment_id, place.run_id, path)

    def _charts_link(self, place: Place) -> str | None:
        """Where MLflow shows the charts of a sweep with a report."""
        if self._links is None:
            return None
        return charts_link(self._links, place.experiment_id, place.run_id)

    def _log_link(self, place: Place) -> str | None:
        """Where MLflow shows a run's files: its traceback, and the output of a script."""
        if self._links is None:
            return None
        return artifact_link(self._links, place.experiment_id, place.run_id, "")

    def _link(self, place: Place) -> str | None:
        if self._links is None:
            return None
        return run_link(self._links, place.experiment_id, place.run_id)
