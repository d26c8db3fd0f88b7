"""All pictures of a report, in the order in which they are shown."""

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.curves import curves_picture
from seedbed.analysis.report.figures.differences import differences_picture
from seedbed.analysis.report.figures.drawing.style import Picture
from seedbed.analysis.report.figures.nights import nights_picture
from seedbed.analysis.report.figures.predictions.classes import classes_picture
from seedbed.analysis.report.figures.predictions.confusion import confusion_picture
from seedbed.analysis.report.figures.predictions.disputed import disputed_picture
from seedbed.analysis.report.figures.predictions.ensembles import ensemble_picture
from seedbed.analysis.report.figures.runs import runs_picture
from seedbed.analysis.report.figures.search.race import race_picture
from seedbed.analysis.report.figures.search.search_luck import search_picture, smaller_picture
from seedbed.analysis.report.figures.search.search_views import search_views
from seedbed.analysis.report.figures.seeds import seeds_picture
from seedbed.analysis.report.figures.source_shares import epochs_picture, sources_picture
from seedbed.analysis.report.figures.variance_parts import split_picture


def pictures(findings: Findings) -> dict[str, Picture]:
    """Name → picture, of all that the findings support."""
    if not any(arm.dots for arm in findings.arms):
        return {}
    if not findings.number.is_test_accuracy:  # the others are about answers to test examples
        own = (runs_picture(findings), differences_picture(findings), curves_picture(findings))
        return {picture.name: picture for picture in own if picture is not None}
    found = [
        runs_picture(findings),
        search_picture(findings),
        smaller_picture(findings),
        race_picture(findings.searched),
        *search_views(findings.searched),
        differences_picture(findings),
        nights_picture(findings.nights),
        split_picture(findings),
        seeds_picture(findings),
        disputed_picture(findings),
        sources_picture(findings),
        curves_picture(findings),
        epochs_picture(findings),
        confusion_picture(findings),
        classes_picture(findings),
        ensemble_picture(findings),
    ]
    return {picture.name: picture for picture in found if picture is not None}
