"""A wrong word is one sentence with the right one: exit code 2, no traceback, nothing trained."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.system.code_version import VERSION
from seedbed.system.paths import IMPORT_ROOT as ROOT


def refused(*words: str) -> str:
    result = CliRunner().invoke(main, list(words), prog_name="seedbed")
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").rstrip()


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("sprad", "spread"),
        ("stauts", "status"),
        ("train", "run"),
        ("sp", "spread"),
        ("confus", "confusion"),
        ("ls", "list"),
        ("mnist_cnn", "run mnist_cnn"),
        ("my_cnn.py", "run my_cnn.py"),
        ("mine.yaml", "sweep mine.yaml"),
    ],
)
def test_a_wrong_verb(word: str, meant: str) -> None:
    assert refused(word) == f"No such verb '{word}': did you mean 'seedbed {meant}'?"


def test_a_verb_like_no_other() -> None:
    assert refused("xyzzy") == "No such verb 'xyzzy': seedbed --help lists the verbs."
    assert refused("service", "healty").endswith("did you mean 'healthy'?")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("run mnist_cnn --lr 0.1", "--learning-rate"),
        ("run mnist_cnn --lr=0.1", "--learning-rate"),
        ("run mnist_cnn --bs 3", "--batch-size"),
        ("run mnist_cnn --batchsize 3", "--batch-size"),
        ("run mnist_cnn --batch_size 3", "--batch-size"),
        ("run mnist_cnn --epoch 3", "--epochs"),
        ("run mnist_cnn --n_epochs 3", "--epochs"),
        ("describe mnist_cnn --random-state 3", "--seed"),
        ("sweep first.yaml --jobs 2", "--workers"),
        ("repeat train.py --runs 2", "--seeds"),
        ("--versoin", "--version"),
    ],
)
def test_a_wrong_option(words: str, meant: str) -> None:
    wrong = next(word for word in words.split() if word.startswith("--")).partition("=")[0]
    assert refused(*words.split()) == f"No such option '{wrong}': did you mean '{meant}'?"


def test_an_option_like_no_other_names_the_help_of_its_command() -> None:
    assert refused("run", "mnist_cnn", "--xyzzy") == (
        "No such option '--xyzzy': seedbed run mnist_cnn --help lists the options."
    )


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("lr: [0.1]", "(the option 'learning_rate' belongs under options or configurations)"),
        ("options: {lr: 0.1}", "There is no option 'lr' (did you mean 'learning_rate'?)"),
        ("options: {batchsize: 8}", "(did you mean 'batch_size'?)"),
        ("configurations: {n_epochs: [1, 2]}", "(did you mean 'epochs'?)"),
        ("params: {epochs: 2}", "there is no field 'params' (did you mean 'options'?)"),
    ],
)
def test_a_wrong_key_in_a_sweep_file(tmp_path: Path, field: str, hint: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"question: Why?\nexperiment: mnist_cnn\nseeds: 2\n{field}\n")
    sentence = refused("check", str(file))
    assert sentence.startswith(f"{file} line 4 column ")
    assert hint in sentence


def test_a_sweep_that_is_not_there_names_the_nearest(store_path: Path) -> None:
    (store_path / "ledgers").mkdir()
    (store_path / "ledgers" / "first.journal").touch()
    sentence = refused("status", "frist")
    assert sentence.startswith("There is no sweep 'frist' (did you mean 'first'?) in the ledger ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sweeps run my.yaml", "sweep my.yaml"),
        ("sweeps run my.yaml --json", "sweep my.yaml --format json"),
        ("sweeps status first", "status first"),
        ("experiments mnist_cnn --seed 7", "run mnist_cnn --seed 7"),
        ("experiments verify mnist_cnn", "verify mnist_cnn"),
        ("analysis spread 75.5 75.8", "spread 75.5 75.8"),
        ("analysis compare --csv a.csv --json", "compare --from a.csv --format json"),
        ("analysis compare first --csv", "compare first --format csv"),
        ("analysis", "--help"),
    ],
)
def test_an_old_spelling_prints_the_new_one(old: str, new: str) -> None:
    assert refused(*old.split()) == f"`seedbed {old}` is now `seedbed {new}`."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sweeps run first", "sweep first"),
        ("experiments mnist_cnn --seed 7", "run mnist_cnn --seed 7"),
        ("analysis compare first --json", "compare first --format json"),
    ],
)
def test_a_module_of_earlier_versions_names_the_command(old: str, new: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *old.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: `python -m {old}` is now `seedbed {new}`.\n"


def test_the_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"seedbed {VERSION}\n"


@pytest.mark.parametrize("verb", ["sweep x", "resume x", "repeat x", "status x", "nights", "prune"])
def test_the_flag_that_format_replaced(verb: str) -> None:
    assert refused(*verb.split(), "--json") == "--json is now --format json."


def test_the_doctors_flags_that_format_replaced() -> None:
    assert refused("doctor", "x.py", "--json") == "--json is now --format json."
    assert refused("doctor", "x.py", "--sarif") == "--sarif is now --format sarif."


def test_check_sends_python_to_the_commands_that_read_it() -> None:
    said = "FILE must be a sweep file (YAML), but my_cnn.py is Python: seedbed doctor my_cnn.py"
    assert said in refused("check", "my_cnn.py")


def test_what_a_command_cannot_do_without() -> None:
    assert refused("stop") == (
        "seedbed stop needs SWEEP: write `seedbed stop SWEEP`; `seedbed list` names the sweeps."
    )
    said = refused("paper", "75")
    assert said.startswith("seedbed paper needs --published FLOAT: write `seedbed paper SWEEP")
    assert "--published FLOAT`" in said


def test_words_that_a_command_does_not_read() -> None:
    assert refused("completion", "bash", "zsh") == (
        "seedbed completion does not read 'zsh': write `seedbed completion {bash|zsh|fish}`; "
        "`seedbed completion --help` says more."
    )
    assert refused("compare", "75.5", "75.9", "vs", "74.8") == (
        "seedbed compare reads numbers by arm: write `seedbed compare --a 75.5 75.9 --b 74.8 75.1`."
    )


def test_a_number_below_zero_is_not_an_option() -> None:
    assert refused("spread", "75", "-3") == (
        "'-3' is read as an option: write -- before numbers below zero, as in "
        "`seedbed spread -- -3`."
    )
    assert refused("spread", "--", "75", "-3") == (
        "accuracies must lie between 0 and 100 percent, got -3: write them as 75.57 or 0.7557"
    )


@pytest.mark.parametrize("ending", [".yaml", ".yml"])
def test_a_sweep_file_without_its_ending(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"mine{ending}").touch()
    assert refused("sweep", "mine").endswith(
        f"got mine: No such file or directory; did you mean mine{ending}?"
    )
