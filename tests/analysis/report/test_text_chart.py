"""The dots of runs in a terminal: places, counts, widths."""

from hypothesis import given, strategies as st

from seedbed.analysis.report.text_chart import text_chart

TWO = {"batch_size=32": [94.0, 95.0, 96.0], "batch_size=256": [88.0, 90.0, 90.0, 91.0]}


def test_each_run_is_a_dot_and_each_mean_a_bar() -> None:
    assert text_chart(TWO, 56).splitlines() == [
        "batch_size=32                                ●    ●    ●",
        "batch_size=256  ●        ┃2    ●",
        "                88.00 %                          96.00 %",
        "                ● one run, digit: so many runs, ┃ mean",
    ]


def test_the_marks_are_explained_where_there_is_room() -> None:
    apart = {"a": [1.0, 2.0, 4.0]}
    assert text_chart(apart, 40).splitlines()[-1] == "   ● one run, ┃ mean"
    assert text_chart(apart, 19).splitlines()[-1].endswith(" %")


def test_a_long_name_is_cut_and_the_chart_keeps_its_room() -> None:
    text = text_chart({"arguments=--a-very-long-option --another-one": [1.0, 2.0], "b": [3.0]}, 40)
    assert max(map(len, text.splitlines())) <= 40
    assert text.startswith("arguments=--a-v…  ")


def test_names_that_begin_alike_are_told_apart() -> None:
    runs = {f"batch_size=8 learning_rate=0.0{n}1": [90.0 + n, 91.0] for n in (1, 2)}
    rows = text_chart(runs, 40).splitlines()[:2]
    assert len({row.split("  ")[0] for row in rows}) == 2


def test_nothing_is_drawn_of_equal_runs_or_without_room() -> None:
    assert text_chart({"a": [90.0, 90.0], "b": [90.0]}, 80) == ""
    assert text_chart({"a": []}, 80) == ""
    assert text_chart(TWO, 18) == ""


scores = st.lists(st.floats(0, 100), max_size=15)


@given(
    runs=st.dictionaries(st.text("abc=_ ", min_size=1, max_size=60), scores),
    width=st.integers(10, 200),
)
def test_no_line_is_wider_than_the_terminal(runs: dict[str, list[float]], width: int) -> None:
    assert all(len(line) <= width for line in text_chart(runs, width).splitlines())
