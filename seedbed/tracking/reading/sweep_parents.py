"""Finds the parent run of a sweep by its name."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.tracking import schema
from seedbed.tracking.own_sweeps import parent_of, this_user
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run


def sweep_names(store: Store) -> list[str]:
    """Names of all sweeps in the store."""
    found = store.runs(f"tags.{schema.TAG_KIND} = 'sweep'")
    return sorted({run.data.tags.get(schema.TAG_SWEEP, "") for run in found})


def parent_place(name: str, store: Store) -> tuple[str, str]:
    """MLflow's ids of the experiment and the run of the newest sweep called ``name``.

    Raises:
        InputError: There is no such sweep.
        StoreError: The store cannot be reached.
    """
    info = parent_runs(name, store)[-1].info
    return info.experiment_id, info.run_id


def parent_runs(name: str, store: Store) -> list["Run"]:
    """The parent runs of the sweeps called ``name``: others', the user's, this store's last one.

    Each kind is in the order of time; there is at least one run.
    """
    quoted = name.replace("'", "")
    found = list(
        store.runs(f"tags.{schema.TAG_KIND} = 'sweep' AND tags.{schema.TAG_SWEEP} = '{quoted}'")
    )
    if found and quoted == name:
        own = parent_of(name)
        found.sort(key=lambda run: (run.info.start_time or 0, run.info.run_id))
        return sorted(found, key=lambda run: nearness(run, own))
    names = sweep_names(store)
    near = get_close_matches(name, names, n=3, cutoff=0.4) or names[:5]
    hint = f"the nearest are {', '.join(near)}" if near else "the store has none yet"
    raise InputError(
        f"There is no sweep {name!r} in the store; {hint}. Run one first: seedbed sweep first"
    )


def nearness(run: "Run", own: str | None) -> int:
    """2 for the sweep that was run from this store, 1 for another of this user's, else 0."""
    if run.info.run_id == own:
        return 2
    return int(run.data.tags.get(schema.TAG_USER, this_user()) == this_user())
