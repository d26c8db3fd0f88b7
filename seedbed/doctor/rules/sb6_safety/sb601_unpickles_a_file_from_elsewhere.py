"""SB601: unpickles-a-file-from-elsewhere.

## What it sees

`pickle.load`, `joblib.load`, `torch.load`, `pd.read_pickle`, `np.load(allow_pickle=True)`,
`load_model(safe_mode=False)` on a file that the script did not write. "Is" when the file comes
from the network.

## Why it matters

A pickle is a program. Reading it runs that program with your rights; it can read your keys, and
it can change data and seeds without a trace.

## Bad

```python
import pickle
import urllib.request

data = pickle.loads(urllib.request.urlopen("https://example.org/faces.pkl").read())
```

## Good

```python
import numpy as np

data = np.load("faces.npz", allow_pickle=False)
```

## What was measured

The harm is not in a score, but a file can change one. `python -m benchmarks.doctor_effects SB601`,
Python 3.11, NumPy 2, a pickle of 42 bytes that seeds NumPy: `pickle.load`, `joblib.load`,
`pd.read_pickle` and `np.load(allow_pickle=True)` left another random state behind in 10 of 10
readings each, without a word; `np.load` refused the file each time (n=10).
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Value, ancestry, constant, is_const, key
from seedbed.doctor.rules.registry import Found, rule

_LOADERS = {
    "pickle.load",
    "pickle.loads",
    "_pickle.load",
    "cPickle.load",
    "cPickle.loads",
    "dill.load",
    "cloudpickle.load",
    "joblib.load",
    "sklearn.externals.joblib.load",
    "pandas.read_pickle",
    "torch.load",
    "marshal.load",
    "marshal.loads",
    "shelve.open",
}


_WRITERS = {"pickle.dump", "joblib.dump", "dill.dump", "_pickle.dump", "torch.save", ".to_pickle"}


_FROM_AFAR = (
    "urllib.",
    "requests.",
    "wget.",
    "gdown.",
    "keras.utils.get_file",
    "tensorflow.keras.utils.get_file",
    "huggingface_hub.",
    "kagglehub.",
    "boto3.",
    "socket.",
)


@rule(
    "SB601",
    "unpickles-a-file-from-elsewhere",
    "Reading such a file runs whatever code its author put there, with your rights; it can also "
    "change seeds and data unseen, so its numbers cannot be trusted.",
    "np.savez('data.npz', x=x, y=y)                  # instead of pickle",
    "np.load('data.npz', allow_pickle=False)",
    "keras.models.load_model('m.keras', safe_mode=True)",
)
def unpickles(trace: Trace) -> Iterator[Found]:
    """``pickle.load`` and what works like it, on files that the script did not write."""
    written = {key(name) for event in trace.events for name in _written_names(event)}
    for event in trace.events:
        if event.kind != "call":
            continue
        what = _loads_code(event)
        if not what:
            continue
        origin = event.args[0] if event.args else next(iter(event.kwargs.values()), None)
        names = {key(value) for value in ancestry(origin, 20)} if origin is not None else set()
        if names & written:
            continue
        afar = _from_afar(origin)
        tail = "a file from the network" if afar else "a file that this script did not write"
        yield Found(event.place, afar, f"{what} reads {tail}")


def _loads_code(event: Event) -> str:
    """The name of a loader that runs code; empty for any other call."""
    if event.name in _LOADERS:
        return "" if is_const(event.kwargs.get("weights_only"), True) else event.name
    if event.name == "numpy.load" and is_const(event.kwargs.get("allow_pickle"), True):
        return "np.load(allow_pickle=True)"
    if event.name.endswith("models.load_model") and is_const(event.kwargs.get("safe_mode"), False):
        return "load_model(safe_mode=False)"
    if event.name.endswith("enable_unsafe_deserialization"):
        return "unsafe deserialization"
    return ""


def _written_names(event: Event) -> list[Value]:
    """Literal file names that a writing call mentions."""
    if event.kind != "call" or event.name not in _WRITERS:
        return []
    return [
        value
        for argument in [*event.args, *event.kwargs.values()]
        for value in ancestry(argument, 20)
        if isinstance(constant(value), str) and len(str(constant(value))) > 3
    ]


def _from_afar(origin: Value | None) -> bool:
    if origin is None:
        return False
    for value in ancestry(origin, 60):
        if isinstance(value, Data) and value.op.startswith(_FROM_AFAR):
            return True
        found = constant(value)
        if isinstance(found, str) and found.startswith(("http://", "https://", "ftp://", "s3://")):
            return True
    return False
