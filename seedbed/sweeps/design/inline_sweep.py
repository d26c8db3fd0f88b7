"""A sweep without a file: an experiment, options to vary, options to set, and seeds."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seedbed.runs.custom import experiment_file
from seedbed.runs.execution.catalog import NAMES, find
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.generated_file import design_of_text, yaml_text
from seedbed.sweeps.spec.fields.section import Scalar
from seedbed.system.errors import InputError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.paths import store_path
from seedbed.system.text.did_you_mean import nearest_name

NAME_DIGITS = 6


@dataclass(frozen=True)
class InlineSweep:
    """A sweep in the words of a command or a call.

    Attributes:
        experiment: Name of an experiment, or path of a user's own file.
        vary: Options and their values; every combination is a configuration.
        options: Options that are the same in every run.
        seeds: A number of seeds, a list of them, or a plan, as in a sweep's file.
        name: Name of the sweep; None to make one that changes with everything but the seeds.
        save: A new file to write the sweep to; None for none.
        prefix: Begins a name that is made.
        question: The sweep's question; empty to make one.
    """

    experiment: str
    vary: Mapping[str, Sequence[Scalar]]
    options: Mapping[str, Scalar]
    seeds: int | list[int] | dict[str, object]
    name: str | None = None
    save: Path | None = None
    prefix: str = ""
    question: str = ""


def is_experiment(reference: str) -> bool:
    """Whether ``reference`` names an experiment, by name or as a Python file."""
    return reference in NAMES or Path(reference).suffix in (".py", ".ipynb")


def nearest_experiment(name: str) -> str | None:
    """The experiment of Seedbed that ``name`` most likely stands for; None if none is near."""
    return nearest_name(name, NAMES)


def design_of_inline(asked: InlineSweep) -> Design:
    """The design, checked; nothing is run. ``asked.save`` is written once all is right.

    Raises:
        InputError: The experiment, an option, a value or the new file breaks a rule.
    """
    own = _own_file(asked.experiment)
    folder = asked.save.absolute().parent if asked.save else None
    content = _content(asked, _reference(asked.experiment, own, folder))
    if asked.save is None:
        name = asked.name or _name(asked, content, own)
        content = {"name": name, **content}
        return design_of_text(yaml_text(content), store_path() / "ledgers" / f"{name}.yaml")
    if asked.name:
        content = {"name": asked.name, **content}
    text = yaml_text(content)
    design = design_of_text(text, asked.save)
    _write(asked.save, text)
    return design


def _own_file(experiment: str) -> Path | None:
    """The user's own file, absolute; None for the name of an experiment."""
    if experiment in NAMES:
        return None
    if Path(experiment).suffix == ".ipynb":
        raise InputError(
            f"An experiment must be a Python file, got {experiment}: repeat a notebook with "
            f"seedbed repeat {experiment}."
        )
    path = experiment_file.locate(experiment)
    experiment_file.check_functions(path)
    return path


def _reference(experiment: str, own: Path | None, folder: Path | None) -> str:
    if own is None:
        return experiment
    return os.path.relpath(own, folder) if folder else str(own)


def _content(asked: InlineSweep, reference: str) -> dict[str, object]:
    both = sorted(asked.vary.keys() & asked.options.keys())
    if both:
        raise InputError(
            f"An option must be varied or set, but {both[0]} is both: leave one of them out."
        )
    return {
        "question": asked.question or _question(asked),
        "experiment": reference,
        **({"configurations": {k: list(v) for k, v in asked.vary.items()}} if asked.vary else {}),
        **({"options": dict(asked.options)} if asked.options else {}),
        "seeds": asked.seeds,
    }


def _question(asked: InlineSweep) -> str:
    name = Path(asked.experiment).stem
    if not asked.vary:
        return f"How much does the accuracy of {name} vary from seed to seed?"
    varied = list(asked.vary)
    words = varied[0] if len(varied) == 1 else f"{', '.join(varied[:-1])} or {varied[-1]}"
    return f"Does {words} change the accuracy of {name}?"


def _name(asked: InlineSweep, content: Mapping[str, object], own: Path | None) -> str:
    """The experiment's name and a few digits; more seeds of the same are the same sweep."""
    experiment = find(asked.experiment)
    fixed = {key: value for key, value in content.items() if key not in ("question", "seeds")}
    identity = repr([experiment.identity, str(own or ""), fixed])
    digits = hashlib.sha256(identity.encode()).hexdigest()[:NAME_DIGITS]
    words = re.sub(r"[^A-Za-z0-9_-]+", "_", experiment.name)[:60].lstrip("_-") or "sweep"
    return f"{asked.prefix}{words}-{digits}"


def _write(path: Path, text: str) -> None:
    """Write the sweep's file; one with the same text may be there already."""
    try:
        if path.exists():
            if path.read_text(encoding="utf-8") == text:
                return
            raise InputError(
                f"--save must name a new file, but {path} exists and holds another sweep: choose "
                "another name, or remove it."
            )
        write_whole(path, text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InputError(
            f"--save must name a file that can be written, got {path}: {reason}."
        ) from None
