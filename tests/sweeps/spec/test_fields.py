"""The fields of a sweep's file: what is refused, in which words, and at which line and column."""

import inspect
from datetime import date, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from seedbed.sweeps.design.design import Design, designed
from seedbed.sweeps.spec import sweep_file
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields import (
    configuration_fields,
    schedule_fields,
    search_fields,
    seed_fields,
    stop_fields,
)
from seedbed.sweeps.spec.validation_errors import SECTIONS, validated
from seedbed.sweeps.spec.yaml_file import YamlFile
from seedbed.system.errors import InputError

FIELD_MODULES = (
    configuration_fields,
    schedule_fields,
    search_fields,
    seed_fields,
    stop_fields,
    sweep_file,
)
HEAD = "question: Why?\nexperiment: mnist_cnn\noptions: {dataset: digits}\n"


@pytest.fixture(autouse=True)
def _data(datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets that the experiment looks for."""
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))


def made(more: str, head: str = HEAD) -> Design:
    return designed(CheckedFile.parse(head + more, Path("s.yaml")))


# What stands after HEAD, at which line and column it is refused, and in which words. The first
# seven are the kinds of bad input, each with variants further down.
REFUSED = [
    (
        "sedes: 5",
        "4:1",
        "there is no field 'sedes' (did you mean 'seeds'?)",
    ),
    (
        "seeds: five",
        "4:1",
        "seeds must be a whole number, got 'five': give seeds: 10",
    ),
    (
        "seeds: 5\nconfigurations:\n  batch_size: []",
        "6:3",
        "configurations.batch_size must not be empty",
    ),
    (
        "seeds: 5\nconfigurations:\n  batchsize: [3]",
        "6:3",
        "There is no option 'batchsize' (did you mean 'batch_size'?)",
    ),
    (
        "seeds: [1, 2, 1]",
        "4:15",
        "seeds must differ, got 1 twice",
    ),
    (
        "seeds: 20\nstop: {precision: {half_width: 0.01}, budget: {runs: 3}}",
        "5:48",
        "budget must allow the pilot of 10 runs of each of 1 configurations, got 3 runs: "
        "the least is runs: 10",
    ),
    (
        "seeds: 2\nconfigurations: {batch_size: [32, 256]}\nstop: {comparison: {}}",
        "4:1",
        "comparison must reach its last look, which takes 3 pairs, got 2 seeds: the least is "
        "seeds: 3",
    ),
    (
        "seeds: {init: 6, ordr: 6}",
        "4:18",
        "there is no field 'ordr' (did you mean 'order'",
    ),
    (
        "seeds: 5\n3: 4",
        "5:1",
        "names must be text, got 3",
    ),
    (
        "seeds: 5\nseeds: 6",
        "",
        'found duplicate key "seeds"',
    ),
    (
        "seeds: 5\nsearch: {ovr: 3, count: 2}",
        "5:10",
        "there is no field 'ovr'",
    ),
    (
        "",
        "",
        "the field 'seeds' is missing",
    ),
    (
        "seeds: 5\nconfigurations: {draw: 5}",
        "5:1",
        "the field 'among' is missing",
    ),
    (
        "seeds: true",
        "4:1",
        "seeds must be a whole number, got True",
    ),
    (
        "seeds: 0",
        "4:1",
        "seeds must be at least 1, got 0",
    ),
    (
        "seeds: 2.5",
        "4:1",
        "seeds must be a whole number, got 2.5",
    ),
    (
        "seeds: [1, x]",
        "4:12",
        "seeds must be a whole number, got 'x'",
    ),
    (
        "seeds: [-1]",
        "4:9",
        "seeds must be at least 0, got -1",
    ),
    (
        "seeds: []",
        "4:1",
        "seeds must not be empty",
    ),
    (
        "seeds: {}",
        "4:1",
        "seeds by source must name a source",
    ),
    (
        "seeds: {vary: init, count: 3}",
        "4:9",
        "seeds.vary must be a list, got 'init'",
    ),
    (
        "seeds: {vary: [seed], count: 3}",
        "4:16",
        "seeds.vary must be init, order, ",
    ),
    (
        "seeds: 5\nname: a b",
        "5:1",
        "name must be letters, digits",
    ),
    (
        "seeds: 5\nname: a/../b",
        "5:1",
        "name must be letters, digits",
    ),
    (
        "seeds: 5\nnumeric: fre",
        "5:1",
        "numeric must be fixed or free, got 'fre'",
    ),
    (
        "seeds: 5\nstop: 5",
        "5:1",
        "stop must be a mapping of names to values, got 5.",
    ),
    (
        "seeds: 5\npublished: {value: 74.5}",
        "5:13",
        "published.value must be at most 1",
    ),
    (
        "seeds: 5\nconfigurations: {batch_size: 32}",
        "5:18",
        "configurations.batch_size must be a list, got 32",
    ),
    (
        "seeds: 5: 6",
        "4:9",
        "the sweep's file must be YAML",
    ),
    (
        "seeds: &x {init: *x}",
        "4:18",
        "the alias *x must not hold itself",
    ),
    (
        "seeds: 5\nconfigurations:\n  batch_size: [32, big]",
        "6:20",
        "batch_size must be a valid integer, got 'big'",
    ),
    (
        "seeds: 5\nconfigurations:\n  - batch_size: 8\n  - batch_size: big",
        "7:5",
        "batch_size must be a valid integer",
    ),
    (
        "seeds: 5\nconfigurations: {seed: [1]}",
        "5:18",
        "seed is set by seeds",
    ),
    (
        "seeds: 5\nconfigurations: {init_seed: [1]}",
        "5:18",
        "init_seed is set by seeds",
    ),
    (
        "seeds: 5\nconfigurations: {dataset: [digits]}",
        "5:18",
        "dataset is given in configurations and in options",
    ),
    (
        "seeds: 5\nconfigurations: {train_size: [100000]}",
        "5:18",
        "train_size must leave",
    ),
    (
        "seeds: 5\nconfigurations: {batch_size: [32, 32]}",
        "5:35",
        "batch_size must differ",
    ),
    (
        "seeds: 5\nconfigurations: [{batch_size: 32}, {batch_size: 32}]",
        "5:36",
        "configurations must differ from one configuration to the next, got batch_size=32",
    ),
    (
        "seeds: 5\nexclude: ['batch_size >']",
        "5:11",
        "A rule must read like",
    ),
    (
        "seeds: 5\nexclude: [epochs > 3, 'batch > 3']",
        "5:23",
        "There is no option 'batch'",
    ),
    (
        "seeds: 5\nexclude: ['train_size > 5']",
        "5:11",
        "A rule must compare like with like",
    ),
    (
        "seeds: 5\nexclude: ['batch_size > 3']",
        "5:1",
        "exclude must leave a configuration",
    ),
    (
        "seeds: 5\nconfigurations: {draw: 5, among: {batch_size: [1, 2]}}",
        "5:18",
        "There must be 5 different configurations",
    ),
    (
        "seeds: {init: [1, 1]}",
        "4:19",
        "init must differ, got 1 twice",
    ),
    (
        "seeds: {vary: [init, init], count: 3}",
        "4:22",
        "vary must differ, got init twice",
    ),
    (
        "seeds: {vary: [numeric], count: 3}",
        "4:1",
        "numeric can vary only where",
    ),
    (
        "seeds: {plan: attribution, baselines: 20}",
        "4:1",
        "baselines must be among",
    ),
    (
        "seeds: {plan: attribute}",
        "4:9",
        "seeds.plan must be attribution, got 'attribute'.",
    ),
    (
        "seeds: {init: 3}\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: "
        "true}}, count: 9}",
        "4:1",
        "seeds must be a number or a list in a search",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}}",
        "5:1",
        "count must say how many",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}, "
        "sampler: grid}",
        "5:1",
        "learning_rate must have points",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}, "
        "sampler: gird}",
        "5:69",
        "search.sampler must be grid, random or tpe, got 'gird'",
    ),
    (
        "seeds: 5\nconfigurations: {epochs: [3]}\nsearch: {over: {learning_rate: {low: "
        "0.001, high: 0.1, log: true}}, count: 9}",
        "5:1",
        "configurations must not be given with search",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 1, high: 1}}, count: 9}",
        "5:17",
        "low must be below high",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 0, high: 1, log: true}}, count: 9}",
        "5:17",
        "low must be above 0 where log",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 0, high: 1}}, count: 9}",
        "5:33",
        "learning_rate must be greater than 0, got 0.0",
    ),
    (
        "seeds: 5\nsearch: {over: {batch_size: {low: 0.5, high: 9}}, count: 9}",
        "5:30",
        "batch_size must be a valid integer",
    ),
    (
        "seeds: 5\nsearch: {over: {onednn: {low: 0, high: 1}}, count: 9}",
        "5:17",
        "onednn must have a list of values",
    ),
    (
        "seeds: 4\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}, "
        "count: 9, prune: {seeds: wilcoxon}}",
        "5:87",
        "wilcoxon must be able to give up before the last seed, but its p is first below "
        "0.1 after 4 seeds, got 4: the least is seeds: 5",
    ),
    (
        "seeds: 5\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}, "
        "count: 9, prune: {}}",
        "",
        "prune must say by what",
    ),
    (
        "seeds: 3\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}, "
        "count: 9}\nstop: {budget: {runs: 5}}",
        "6:17",
        "budget must allow 4 configurations with 3 seeds and 3 fresh ones, got 5 runs: the "
        "least is runs: 24",
    ),
    (
        "seeds: 9\nsearch: {over: {learning_rate: {low: 0.001, high: 0.1, log: true}}, "
        "count: 9}\nstop: {comparison: {}}",
        "6:8",
        "stop must be a budget in a search",
    ),
    (
        "seeds: 20\nstop: {budget: {runs: 0}}",
        "5:17",
        "stop.budget.runs must be at least 1",
    ),
    (
        "seeds: 20\nstop: {budget: {minutes: 0}}",
        "5:17",
        "stop.budget.minutes must be above 0, got 0",
    ),
    (
        "seeds: 20\nstop: {budget: {}}",
        "5:8",
        "budget must be given in runs, minutes",
    ),
    (
        "seeds: 20\nstop: {}",
        "5:1",
        "stop must have precision, comparison, anytime or budget",
    ),
    (
        "seeds: 5\nstop: {precision: {half_width: 0.01}}",
        "4:1",
        "precision must have its pilot of 10 runs, got 5 seeds: the least is seeds: 10",
    ),
    (
        "seeds: {init: 30}\nstop: {precision: {half_width: 0.01}}",
        "5:8",
        "stop must be a budget if seeds are given by source",
    ),
    (
        "seeds: 9\nstop: {comparison: {}}",
        "5:8",
        "comparison must have two configurations, got 1",
    ),
    (
        "seeds: 12\nconfigurations: {batch_size: [32, 64]}\nstop: {comparison: {looks: [5, 20]}}",
        "4:1",
        "comparison must reach its last look, which takes 20 pairs, got 12 seeds: the least is "
        "seeds: 20 (or earlier looks)",
    ),
    (
        "seeds: 12\nconfigurations: {batch_size: [32, 64]}\nstop: {comparison: {looks: [2]}}",
        "6:29",
        "comparison must have its last look at 3 pairs or more, got 2",
    ),
    (
        "seeds: 12\nconfigurations: {batch_size: [32, 64]}\nstop: {comparison: {looks: [6, 4]}}",
        "6:8",
        "looks must increase",
    ),
    (
        "seeds: 12\nconfigurations: {batch_size: [8, 9]}\nstop: {comparison: {}, budget: "
        "{runs: 9}}",
        "6:33",
        "budget must allow the comparison's last look, 12 pairs, got 9 runs: the least is runs: 24",
    ),
    (
        "seeds: 4\nconfigurations: {batch_size: [8, 9]}\nstop: {anytime: {}}",
        "4:1",
        "anytime must be able to reach its level 0.05, which takes 5 pairs, got 4 seeds: the least "
        "is seeds: 5",
    ),
    (
        "seeds: 9\nstop: {anytime: {}}",
        "5:8",
        "anytime must have two configurations, got 1",
    ),
    (
        "seeds: 9\nconfigurations: {batch_size: [8, 9]}\nstop: {anytime: {}, comparison: {}}",
        "6:1",
        "stop must have one of precision, comparison and anytime",
    ),
]


@pytest.mark.parametrize(("more", "where", "words"), REFUSED)
def test_is_refused(more: str, where: str, words: str) -> None:
    with pytest.raises(InputError) as raised:
        made(more)
    sentence = str(raised.value)
    assert words in sentence
    if where:
        assert sentence.startswith("s.yaml line {} column {}: ".format(*where.split(":")))
    assert sentence.startswith("s.yaml")
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_an_unknown_experiment_is_refused_at_its_line() -> None:
    with pytest.raises(InputError, match="line 2 column 1: There is no experiment 'mnist_cn' "):
        made("", "question: Why?\nexperiment: mnist_cn\nseeds: 3\n")


def test_the_file_s_name_must_do_as_a_name() -> None:
    text = HEAD + "seeds: 3\n"
    with pytest.raises(InputError, match="got 'my sweep' from the file's name"):
        designed(CheckedFile.parse(text, Path("my sweep.yaml")))
    assert designed(CheckedFile.parse(text + "name: mine\n", Path("my sweep.yaml"))).name == "mine"


def today() -> date:
    return datetime.now().astimezone().date()


def test_date_in_a_name_is_the_day_unless_the_sweep_was_started_before() -> None:
    file = CheckedFile.parse(HEAD + "seeds: 3\nname: night-{date}\n", Path("s.yaml"))
    before, name, after = today(), designed(file).name, today()
    assert name in (f"night-{before}", f"night-{after}")
    assert designed(file, "night-2030-01-31").name == "night-2030-01-31"
    with pytest.raises(InputError, match="line 5 column 1: name must be letters"):
        made("seeds: 3\nname: night-{time}\n")


@pytest.mark.parametrize("text", ["", "- 1\n", "5\n", "a: [1\n"])
def test_what_holds_no_fields_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="sweep's file must"):
        YamlFile.parse(text, Path("s.yaml"))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "s.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="must be readable"):
        YamlFile.read(path)


def test_aliases_and_every_notation_of_a_number_arrive_as_plain_values() -> None:
    text = "a: &x [1e-4, 0x10, 1_000, yes, true, ~]\nb: *x\nc: &t true\nd: *t\n"
    content = YamlFile.parse(text, Path("s.yaml")).content
    assert content["a"] == content["b"] == [0.0001, 16, 1000, "yes", True, None]
    assert [type(value) for value in content["a"]] == [float, int, int, str, bool, type(None)]
    assert content["c"] is content["d"] is True


def test_every_section_is_known_to_the_sentences() -> None:
    every = {
        kind
        for module in FIELD_MODULES
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, BaseModel) and name not in ("Section", "BaseModel")
    }
    assert every == set(SECTIONS.values())


@pytest.mark.parametrize("path", SECTIONS)
def test_every_section_names_its_own_fields_when_one_is_unknown(path: tuple[str, ...]) -> None:
    section: type[BaseModel] = SECTIONS[path]
    text = "question: q\nexperiment: mnist_cnn\nseeds: 3\n"
    start: dict[str, dict[str, object]] = {
        "<crossed>": {"init": 2},
        "<vary>": {"vary": []},
        "<plan>": {"plan": 1},
    }
    inner: dict[str, object] = {
        "nonesuch": 1,
    }
    inner.update(start.get(path[-1] if path else "", {}))
    for part in reversed(path):
        if part == "<drawn>":
            inner = {"draw": 1, **inner}
        elif not part.startswith("<"):
            inner = {"batch_size" if part == "*" else part: inner}
    content = {**YamlFile.parse(text, Path("s.yaml")).content, **inner}
    file = YamlFile.parse(text, Path("s.yaml"))
    file.content.update(content)
    with pytest.raises(InputError) as raised:
        validated(file)
    assert "there is no field 'nonesuch'" in str(raised.value)
    assert f"they are {', '.join(section.model_fields)}." in str(raised.value)
