"""Which seeds a script sets, where, and which generators they reach."""

from dataclasses import dataclass

PYTHON = ("random.seed", "keras.utils.set_random_seed")
"""Calls that seed Python's generator, from which Keras draws the seeds of first weights."""

TENSORFLOW = ("tf.random.set_seed", "tf.set_random_seed", "keras.utils.set_random_seed")
"""Calls that seed TensorFlow's generator, from which ``fit`` draws the order of an array's rows."""

NUMPY = ("np.random.seed", "keras.utils.set_random_seed")
"""Calls that seed NumPy's generator, from which scikit-learn draws a split without a seed, and
``fit`` the order of an array's rows on JAX and in graphs."""

MOST_SEEDS = 1_000
"""Calls that are kept; a script may set a seed in each batch."""


@dataclass(frozen=True)
class SeedCall:
    """A seed that the script sets.

    Attributes:
        call: What it calls, such as ``np.random.seed``.
        value: The seed, as text.
        place: The script's line, in words.
        fits: Fits before it.
    """

    call: str
    value: str
    place: str
    fits: int

    @property
    def words(self) -> str:
        """``np.random.seed(7) in line 17``."""
        where = f" in {self.place}" if self.place else ""
        return f"{self.call}({self.value}){where}"
