"""Trials of an Optuna study, in a database or a journal file."""

from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest
from seedbed.system.text.masking import masked
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of
from seedbed.tracking.importing.score_names import is_score_name
from seedbed.tracking.run_states import State

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

STATES: dict[str, State] = {
    "COMPLETE": "finished",
    "PRUNED": "pruned",
    "FAIL": "failed",
    "RUNNING": "running",
    "WAITING": "running",
}


def read_optuna(name: str) -> ImportedRuns:
    """Every trial of a study.

    Its objective is the metric ``value``, or ``loss_value`` if it is minimized; of several
    objectives ``value_1``, ``loss_value_2``. User attributes that are numbers or text are
    parameters, so that a seed noted there numbers the repeats; numbers with the name of a score
    are metrics.

    Args:
        name: A database's address, or the path of a SQLite or journal file; with several studies
            ``#`` and the study's name behind it.

    Raises:
        InputError: No such file or study, several studies and none named, or not Optuna's.
    """
    place, _, wanted = name.partition("#")
    study = _study(place, wanted)
    many = len(study.directions) > 1
    names = [
        f"{'loss_' * (direction.name == 'MINIMIZE')}value{f'_{number}' * many}"
        for number, direction in enumerate(study.directions, start=1)
    ]
    runs = tuple(_run(trial, names) for trial in study.get_trials(deepcopy=False))
    what = f"the Optuna study {study.study_name!r} in {masked(place)}"
    return ImportedRuns(f"optuna:{masked(name)}", what, runs)


def _study(place: str, wanted: str) -> "Study":
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        storage = _storage(place)
        names = sorted(optuna.get_all_study_names(storage))
        return optuna.load_study(study_name=_chosen(wanted, names, place), storage=storage)
    except InputError:
        raise
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SQLAlchemyError) as error:
        said = masked(str(error).splitlines()[0] if str(error) else type(error).__name__)[:200]
        raise InputError(
            f"{masked(place)} must be a storage of Optuna, but it cannot be read: {said}"
        ) from None


def _chosen(wanted: str, names: list[str], place: str) -> str:
    if wanted in names:
        return wanted
    if not wanted and len(names) == 1:
        return names[0]
    if not names:
        raise InputError(f"{masked(place)} must be a storage of Optuna, but it has no study")
    known = ", ".join(names[:5])
    raise InputError(
        f"{masked(place)} must name a study behind a #, got {wanted or 'none'!r}"
        f"{nearest(wanted, names)}: there are {known}"
    )


def _storage(place: str) -> "BaseStorage":
    """A database by its address, a SQLite or journal file by its path.

    Raises:
        InputError: A file that is not there; Optuna would make it.
    """
    from optuna.storages import JournalStorage, RDBStorage
    from optuna.storages.journal import JournalFileBackend

    if "://" in place and not place.startswith("sqlite:///"):
        return RDBStorage(place)
    path = Path(place.removeprefix("sqlite:///"))
    if not path.is_file():
        found = "is a folder" if path.exists() else "does not exist"
        raise InputError(f"a storage of Optuna must be a file or an address, but {path} {found}")
    with path.open("rb") as stream:
        is_sqlite = stream.read(15) == b"SQLite format 3"
    if is_sqlite:
        return RDBStorage(f"sqlite:///{path}")
    return JournalStorage(JournalFileBackend(str(path)))


def _run(trial: "FrozenTrial", names: list[str]) -> ImportedRun:
    noted = {
        key: value
        for key, value in trial.user_attrs.items()
        if isinstance(value, (int, float, str, bool)) and key not in trial.params
    }
    scores = {
        key: number
        for key, value in noted.items()
        if is_score_name(key) and (number := number_of(value)) is not None
    }
    settings = {key: value for key, value in noted.items() if key not in scores}
    curve = [value for _, value in sorted(trial.intermediate_values.items())]
    started, ended = trial.datetime_start, trial.datetime_complete
    return ImportedRun(
        run_id=f"trial {trial.number}",
        name=f"trial {trial.number}",
        state=STATES[trial.state.name],
        params={**trial.params, **settings},
        metrics={**scores, **dict(zip(names, trial.values or (), strict=False))},
        started_ms=int(started.timestamp() * 1000) if started else 0,
        duration_s=(ended - started).total_seconds() if started and ended else None,
        curves=summaries_of({names[0]: curve} if len(names) == 1 else {}),
        load_curve=lambda metric: [] if metric in scores else list(curve),
    )
