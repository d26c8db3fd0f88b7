"""The whole report as Markdown, with its pictures as files beside it."""

from collections.abc import Mapping

from markupsafe import Markup

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.style import Picture
from seedbed.analysis.report.inline_picture import Inline
from seedbed.analysis.report.page_sections import Section, sections
from seedbed.analysis.report.tables import Table, markdown
from seedbed.analysis.report.text import as_markdown

MOST_ROWS = 2000


def markdown_page(
    findings: Findings, pictures: Mapping[str, Picture], tables: Mapping[str, Table]
) -> str:
    """Question, verdict, and every section of the page, in the same order.

    Args:
        findings: All that the sweep says.
        pictures: Name → picture; ``NAME.png`` is expected beside the file.
        tables: Name → table.
    """
    named = {
        name: Inline(name, picture.title, picture.caption, Markup(), Markup())
        for name, picture in pictures.items()
    }
    parts = [f"# {markdown(' '.join(findings.question.split()))}", as_markdown(findings).strip()]
    parts += [section_markdown(section) for section in sections(findings, named, tables, MOST_ROWS)]
    return "\n\n".join(parts) + "\n"


def section_markdown(section: Section) -> str:
    """One section of the page as Markdown."""
    lines = [f"## {section.title}", *(markdown(note) for note in section.notes)]
    for picture in section.pictures:
        lines += [f"![{markdown(picture.title)}]({picture.name}.png)"]
        lines += [f"*{markdown(' '.join(picture.caption.split()))}*"]
    for table in (*section.tables, *section.folded):
        lines += [table.markdown(), f"*{markdown(' '.join(table.caption.split()))}*"]
    lines += [f"```\n{command}\n```" for command in section.commands]
    lines += [
        "\n".join(f"- **{markdown(word)}**: {markdown(said)}" for word, said in section.words)
    ]
    return "\n\n".join(line for line in lines if line)
