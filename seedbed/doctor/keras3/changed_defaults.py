"""Defaults of Keras that have changed, so that the same line trains differently today.

Sources: keras-team/keras 0.3, 2.2.4 and 2.3.1 (optimizers.py, layers/recurrent.py,
layers/normalization.py), TensorFlow 1.13 (optimizer_v2/gradient_descent.py) against Keras 3 and
tf-keras, to which tests/doctor/test_removed_names.py holds the present values.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChangedDefault:
    """One default.

    Attributes:
        name: Class of ``keras.optimizers`` or ``keras.layers``.
        argument: Its argument.
        place: Where the argument stands among those given by position.
        before: The value until ``last_year``.
        now: The value since.
        last_year: Last year whose Keras had ``before``.
    """

    name: str
    argument: str
    place: int
    before: object
    now: object
    last_year: int


OPTIMISERS = (
    ChangedDefault("Adadelta", "learning_rate", 0, 1.0, 0.001, 2019),
    ChangedDefault("Adagrad", "learning_rate", 0, 0.01, 0.001, 2019),
    ChangedDefault("Adamax", "learning_rate", 0, 0.002, 0.001, 2019),
    ChangedDefault("Nadam", "learning_rate", 0, 0.002, 0.001, 2019),
)
LAYERS = (
    ChangedDefault("LSTM", "recurrent_activation", 2, "hard_sigmoid", "sigmoid", 2018),
    ChangedDefault("GRU", "recurrent_activation", 2, "hard_sigmoid", "sigmoid", 2018),
    ChangedDefault("GRU", "reset_after", 99, False, True, 2019),
)
EARLY = (
    ChangedDefault("BatchNormalization", "momentum", 1, 0.9, 0.99, 2015),
    ChangedDefault("SGD", "learning_rate", 0, 0.001, 0.01, 2019),
)
"""What only few versions had: Keras 0.3, and the first new optimisers of ``tf.keras`` (1.13)."""
