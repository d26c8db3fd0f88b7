"""A sweep without a YAML file: checked like one, saved as one."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.runs.custom.template import write
from seedbed.sweeps.design.design import load
from seedbed.sweeps.design.inline_sweep import InlineSweep, design_of_inline


def refused(*words: str) -> str:
    result = CliRunner().invoke(main, ["sweep", *words], prog_name="seedbed")
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").rstrip()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("mnist_cnn --vary lr=.1", "There is no option 'lr' (did you mean 'learning_rate'?)"),
        ("mnist_cnn --vary learning_rate", "--vary must be an option with its value"),
        ("mnist_cnn --vary batch_size=8,", "--vary must be an option with its value"),
        ("mnist_cnn --vary epochs=1 --vary epochs=2", "--vary must name an option once"),
        ("mnist_cnn --set epochs=2,3", "--set must give an option one value, got 2 for epochs"),
        ("mnist_cnn --vary epochs=2,3 --set epochs=1", "varied or set, but epochs is both"),
        ("mnist_cnn --vary learning_rate=-1", "learning_rate must be greater than 0, got -1"),
        ("mnist_cnn --seeds many", "--seeds must be how many runs (10) or which seeds"),
        ("mnist_cnn --name ../x", "--name must be the name of a sweep"),
        ("mnist_cnn --save /nowhere/x.yaml", "--save must name a file that can be written"),
        ("first --seeds 3", "--seeds must follow an experiment"),
        ("first --vary epochs=3", "--vary must follow an experiment"),
        ("mnist_cn --vary epochs=3", "got mnist_cn: did you mean 'mnist_cnn'?"),
        ("frist", "(did you mean 'first'?)"),
        ("mnist_cn", "(did you mean 'mnist_cnn'?)"),
        ("no_such.py", "write one with `seedbed new no_such.py`, or correct the path"),
        ("notes.ipynb", "repeat a notebook with seedbed repeat notebook"),
    ],
)
def test_bad_words_are_one_sentence(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(*words.split())
    assert sentence.replace("seedbed repeat notebook", "seedbed repeat notes.ipynb") in said
    assert not (store_path / "runs").exists()


def test_a_script_is_sent_to_repeat_and_not_run(store_path: Path, tmp_path: Path) -> None:
    del store_path
    script = tmp_path / "train.py"
    script.write_text("raise SystemExit('it was run')\n")
    assert "run a script with seedbed repeat train.py" in refused(str(script))


@pytest.mark.long
def test_a_saved_sweep_is_the_same_sweep(store_path: Path, tmp_path: Path) -> None:
    del store_path
    own = write(tmp_path / "my_cnn.py")
    file = tmp_path / "mine.yaml"
    asked = InlineSweep(str(own), {"learning_rate": [0.001, 0.003]}, {"epochs": 2}, 3, save=file)
    design = design_of_inline(asked)
    saved = load(file)
    assert (saved.name, saved.question) == (
        "mine",
        "Does learning_rate change the accuracy of my_cnn?",
    )
    assert [cell.id for cell in saved.cells] == [cell.id for cell in design.cells]
    assert len(saved.cells) == 6
    assert "experiment: my_cnn.py" in file.read_text()
    design_of_inline(asked)  # the same words again continue it
    file.write_text("question: mine\n")
    with pytest.raises(Exception, match="--save must name a new file"):
        design_of_inline(asked)


def test_more_seeds_are_the_same_sweep_and_other_values_another(store_path: Path) -> None:
    del store_path

    def name(values: list[int], seeds: int) -> str:
        return design_of_inline(
            InlineSweep("mnist_cnn", {"batch_size": list(values)}, {"epochs": 2}, seeds)
        ).name

    assert name([32, 256], 2) == name([32, 256], 5)
    assert name([32, 256], 2) != name([32, 128], 2)
