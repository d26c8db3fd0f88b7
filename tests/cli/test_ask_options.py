"""Options of the verbs that ask: earlier names are refused with the new one in one sentence."""

import pytest

from seedbed.cli.verbs import ASK
from tests.analysis.asking import refused

BOTH = "--csv is now --from FILE (to read a file) or --format csv (to print a table)."


@pytest.mark.parametrize("verb", ASK)
def test_every_verb_names_format_for_the_flags_that_printed(verb: str) -> None:
    assert "--json is now --format json." in refused(verb, "first", "--json")
    assert "--markdown is now --format markdown." in refused(verb, "first", "--markdown")
    assert "--format csv" in refused(verb, "first", "--csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare --csv runs.csv --by a --metric m", BOTH),
        ("compare --a 75 76 --csv --b 74 75", BOTH),
        ("epochs --csv=curves.csv", BOTH),
        ("churn --from-csv x.csv", "--from-csv is now --from."),
        ("drift --series n.csv", "--series is now --from."),
    ],
)
def test_a_flag_that_read_a_file_is_from_now(words: str, said: str) -> None:
    assert said in refused(*words.split())
