"""Tables as LaTeX: nothing in a name becomes a command."""

import re

import pytest
from hypothesis import given, strategies as st

import seedbed
from seedbed.analysis.questions.results.latex import as_latex, escaped


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("95 % interval", r"95 \% interval"),
        ("batch_size=32 & 64", r"batch\_size=32 \& 64"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("A − B ± 0.2", r"A $-$ B $\pm$ 0.2"),
        ("a\n\nb\x1b[31m", "a b [31m"),
    ],
)
def test_what_latex_would_read_as_a_command_is_escaped(text: str, latex: str) -> None:
    assert escaped(text) == latex


@given(st.text())
def test_no_text_leaves_a_bare_special_sign(text: str) -> None:
    allowed = r"\\[&%$#_{}]|\\text\w+\{\}|\\ldots\{\}|\$(?:-|<|>|\\pm|\\times|\\leq|\\geq)\$"
    assert not re.search(r"[\\&%$#_{}~^<>|\n]", re.sub(allowed, "", escaped(text)))


def test_empty_columns_and_rows_without_a_number_are_left_out() -> None:
    rows = [
        ("macro_f1", 75.51234, 75.0, 0.95, None, "Student t"),
        ("verdict", "different", None, None, None, "because"),
        ("p", None, None, None, None, ""),
    ]
    columns = ("quantity", "value", "low", "level", "n", "method")
    assert as_latex("The answer.", columns, rows).splitlines() == [
        r"% needs \usepackage{booktabs}",
        "% macro-F1: Student t",
        r"\begin{table}",
        r"  \centering",
        r"  \caption{The answer.}",
        r"  \begin{tabular}{lrr}",
        r"    \toprule",
        r"    quantity & value & low (95 \%) \\",
        r"    \midrule",
        r"    macro-F1 & 75.51 & 75 \\",
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]


def test_the_caption_is_the_answer() -> None:
    found = seedbed.spread([75.57, 75.85, 76.39])
    assert rf"\caption{{{escaped(found.answer)}}}" in found.to_latex()
