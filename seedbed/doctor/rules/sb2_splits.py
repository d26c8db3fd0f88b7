"""SB204 to SB207: how rows are divided into training and test."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.library_calls import SPLITTERS
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Made,
    Value,
    ancestry,
    constant,
    is_const,
    key,
)
from seedbed.doctor.queries.seeds import ALL_SEEDS, NUMPY_SEEDS, hidden_seeding, seeds
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_SHUFFLE_ALWAYS = {
    "ShuffleSplit",
    "StratifiedShuffleSplit",
    "GroupShuffleSplit",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
}
_SHUFFLE_ON_REQUEST = {"KFold", "StratifiedKFold"}
_BY_GROUP = {"GroupKFold", "GroupShuffleSplit", "LeaveOneGroupOut", "StratifiedGroupKFold"}
_DIRECTORY = "keras.utils.image_dataset_from_directory"


def _random_splits(trace: Trace) -> Iterator[Event]:
    """Calls that divide rows at random."""
    for event in trace.events:
        if event.kind != "call":
            continue
        if event.name in SPLITTERS and not is_const(event.kwargs.get("shuffle"), False):
            yield event
        elif isinstance(event.result, Made) and event.result.place.index == event.index:
            name = short(event.result)
            asked = truth_of(event.result.argument("shuffle", 1), default=False)
            if event.name.startswith("sklearn.") and (
                name in _SHUFFLE_ALWAYS or (name in _SHUFFLE_ON_REQUEST and asked is True)
            ):
                yield event


@rule(
    "SB204",
    "split-without-a-seed",
    "Other rows are test rows in each run, so the accuracy also changes with the luck of the "
    "split; runs, and arms of a comparison, are not scored on the same examples.",
    "train_test_split(x, y, test_size=0.2, stratify=y, random_state=0)",
)
def unseeded_split(trace: Trace) -> Iterator[Found]:
    """A random split without a seed of its own and without NumPy's."""
    numpy_seeds = seeds(trace, NUMPY_SEEDS | ALL_SEEDS)
    whole = trace.whole and not trace.unknown_imports and not hidden_seeding(trace)
    for event in _random_splits(trace):
        given = event.kwargs.get("random_state")
        if (given is not None and not is_const(given, None)) or "**" in event.kwargs:
            continue
        if any(seed.index < event.index for seed in numpy_seeds):
            continue
        name = event.name.rsplit(".", 1)[-1]
        yield Found(
            event.place, whole, f"{name} has no random_state and NumPy is not seeded before it"
        )
    yield from _unequal_folders(trace)


def _unequal_folders(trace: Trace) -> Iterator[Found]:
    """Training and validation subsets of one folder, cut with different seeds."""
    cut: dict[object, Event] = {}
    for event in trace.calls(_DIRECTORY):
        subset = constant(event.kwargs.get("subset"))
        if subset not in {"training", "validation"}:
            continue
        folder = key(event.argument("directory", 0))
        first = cut.setdefault(folder, event)
        mine, theirs = constant(event.kwargs.get("seed")), constant(first.kwargs.get("seed"))
        other_subset = constant(first.kwargs.get("subset")) != subset
        if other_subset and mine is not None and theirs is not None and mine != theirs:
            yield Found(
                event.place,
                True,
                f"the subsets are cut with different seeds ({theirs} and {mine})",
                "The two subsets come from two different shuffles, so some validation images are "
                "also training images and the validation score flatters.",
                (f"image_dataset_from_directory(..., subset='{subset}', seed={theirs})",),
            )


@rule(
    "SB205",
    "unstratified-with-rare-classes",
    "The number of examples of a rare class in the test set changes with the split, and its "
    "recall with it; by bad luck there are none.",
    "train_test_split(x, y, stratify=y, random_state=0)  # or StratifiedKFold",
)
def unstratified(trace: Trace) -> Iterator[Found]:
    """A random split without strata, where the script itself treats classes as unequal."""
    weighted = any(
        not is_const(fit.kwargs.get("class_weight"), None)
        for fit in trace.fits()
        if "class_weight" in fit.kwargs
    )
    computed = any(e.name.endswith("compute_class_weight") for e in trace.events)
    if not (weighted or computed or trace.imports("imblearn")):
        return
    for event in _random_splits(trace):
        given = event.kwargs.get("stratify")
        if event.name in SPLITTERS and (given is None or is_const(given, None)):
            yield Found(event.place, False, "a random split without stratify, of unequal classes")
        elif short(event.result) in {"KFold", "ShuffleSplit", "RepeatedKFold"}:
            yield Found(event.place, False, f"{short(event.result)} of unequal classes")


_SUBJECT_WORDS = {
    "subject_id", "subject_ids", "subjects", "patient_id", "patient_ids", "patientid", "patients",
    "speaker_id", "speaker_ids", "speakers", "participant_id", "participants", "person_id",
    "person_ids", "user_id", "user_ids", "session_id", "video_id", "video_ids", "recording_id",
    "slide_id", "animal_id",
}  # fmt: skip


@rule(
    "SB206",
    "one-subject-on-both-sides",
    "Rows that are nearly copies of each other stand on both sides of the split, so the test "
    "score measures memory; on new subjects or later times it will be lower.",
    "splitter = GroupShuffleSplit(test_size=0.2, random_state=0)",
    "train, test = next(splitter.split(x, y, groups=subject_id))",
    "# windows of a series: cut it in time first, then make the windows",
)
def subject_on_both_sides(trace: Trace) -> Iterator[Found]:
    """Windows, frames or rows of one subject, divided at random."""
    grouped = any(short(e.result) in _BY_GROUP or "groups" in e.kwargs for e in trace.events)
    splits = list(_random_splits(trace))
    words = trace.words() & _SUBJECT_WORDS if splits else set()
    for event in splits:
        overlap = [_overlapping(value) for value in event.args] if event.name in SPLITTERS else []
        if True in overlap or False in overlap:
            yield Found(event.place, True in overlap, "overlapping windows are divided at random")
        elif words and not grouped:
            word = min(words)
            yield Found(event.place, False, f"rows are divided at random although there is {word}")


def _overlapping(value: Value) -> bool | None:
    """True for windows that plainly overlap, False for ones that may, None for no windows."""
    for found in ancestry(value):
        if isinstance(found, Data) and found.op.endswith("sliding_window_view"):
            return True
        if isinstance(found, Items) and found.open:
            for item in found.items:
                judged = _window(item)
                if judged is not None:
                    return judged
    return None


def _window(item: Value) -> bool | None:
    """Whether an appended item is ``series[i : i + width]`` with a step below the width."""
    for value in ancestry(item, 12):
        if not (isinstance(value, Data) and value.op == "slice" and len(value.parents) == 4):
            continue
        start, stop = value.parents[1], value.parents[2]
        if not (isinstance(stop, Data) and stop.op == "binop:+") and not (
            isinstance(start, Data) and start.op == "binop:-"
        ):
            continue
        if not isinstance(start, Data | Const):
            continue
        counter = start if isinstance(start, Data) else None
        stepped = _step_of(counter or stop)
        if stepped is None:
            continue
        width = [constant(p) for p in (stop.parents if isinstance(stop, Data) else ())]
        known = [w for w in width if isinstance(w, int)]
        if stepped == 1:
            return True
        if known and isinstance(stepped, int) and stepped >= known[0]:
            return None
        return bool(known and isinstance(stepped, int))
    return None


def _step_of(value: Value) -> int | str | None:
    """The step of the ``range`` that a counter runs over; ``unknown`` when it has one."""
    for found in ancestry(value, 12):
        if isinstance(found, Data) and found.op == "builtins.range":
            if len(found.parents) < 3:
                return 1
            step = constant(found.parents[2])
            return step if isinstance(step, int) else "unknown"
    return None


@rule(
    "SB207",
    "reshuffled-between-take-and-skip",
    "shuffle() gives a new order in each epoch, so take() and skip() cut other rows each time: "
    "training rows become test rows and the score flatters.",
    "data = data.shuffle(1000, seed=0, reshuffle_each_iteration=False)",
    "test, train = data.take(200), data.skip(200).shuffle(1000)",
)
def reshuffled(trace: Trace) -> Iterator[Found]:
    """A dataset is shuffled anew in each epoch, then cut by ``take`` and ``skip``."""
    taken = {id(s): s for e in trace.calls(".take") for s in _shuffles(e)}
    for event in trace.calls(".skip"):
        for shuffle in _shuffles(event):
            if id(shuffle) in taken:
                place = next(e.place for e in trace.events if e.result is shuffle)
                yield Found(place, True, "shuffled anew in each epoch before take() and skip()")


def _shuffles(event: Event) -> Iterator[Data]:
    """The reshuffling ``shuffle`` on which a ``take`` or ``skip`` stands."""
    value = event.target
    for _ in range(40):
        if not isinstance(value, Data) or not value.parents or value.op == ".cache":
            return
        if value.op == ".shuffle":
            fixed = value.detail.get("reshuffle_each_iteration")
            positional = value.parents[3] if len(value.parents) > 3 else None
            if not is_const(fixed if fixed is not None else positional, False):
                yield value
            return
        value = value.parents[0]
