"""SB701: gone-in-keras-3.

## What it sees

An import, a call, an argument or an attribute that older versions of Keras or TensorFlow had and
Keras 3 removed, with what replaces it; `seedbed repeat` asks the same table. Always "may
be": with the version it was written for, the script runs.

## Why it matters

Under Keras 3 the script stops at the import. Under an old version its numbers belong to that
version: initialisers, defaults and the handling of seeds have changed since.

## Bad

```python
from keras.utils.np_utils import to_categorical
from keras.layers.normalization import BatchNormalization
```

## Good

```python
from keras.layers import BatchNormalization
from keras.utils import to_categorical
```

## What was measured

The script stops, so there is no score to compare. `python -m benchmarks.doctor_effects SB701`,
Keras 3.15: the imports of all modules and names in the rule's table stopped the script (n=78).
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Place
from seedbed.doctor.keras3.outdated_code import outdated_uses
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB701",
    "gone-in-keras-3",
    "The script stops here under Keras 3; under the Keras it was written for, initialisers and "
    "defaults differ, so its numbers are not those of today's Keras.",
    "see the page for what replaces each name",
)
def gone(trace: Trace) -> Iterator[Found]:
    """Imports, calls and arguments that existed in an older Keras or TensorFlow only."""
    if not trace.whole:
        return
    for node, name, replacement in outdated_uses(trace.module):
        place = Place(frozenset(), (), node, trace.module, 0)
        yield Found(place, False, f"{name} is gone in Keras 3", fix=tuple(replacement.split("\n")))
