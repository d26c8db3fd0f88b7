"""All tables of a report."""

from collections.abc import Sequence

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report import tables
from seedbed.analysis.report.tables import Table
from seedbed.analysis.report.tables_nights import nights_table
from seedbed.analysis.report.tables_predictions import prediction_tables


def all_tables(findings: Findings) -> dict[str, Table]:
    """Name → table, of all that the findings support."""
    found: Sequence[Table | None] = (
        tables.configurations(findings),
        tables.differences(findings),
        tables.search(findings),
        tables.spread_split(findings),
        nights_table(findings.nights),
        *prediction_tables(findings),
        tables.runs(findings),
        tables.lost(findings),
        tables.environment(findings),
        tables.options(findings),
    )
    return {table.name: table for table in found if table is not None and table.rows}
