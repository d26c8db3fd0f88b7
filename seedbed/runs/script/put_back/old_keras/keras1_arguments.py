"""Arguments of Keras 1's layers and models, translated to Keras 2's where they are used."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from seedbed.runs.keras_private import functional_class
from seedbed.runs.script.put_back.uses import OldUses

WEIGHTS = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
CONVOLUTION = {
    **WEIGHTS,
    "nb_filter": "filters",
    "subsample": "strides",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "atrous_rate": "dilation_rate",
}
ORDERING = {"dim_ordering": "data_format"}
RATE = {"p": "rate"}
POOLING = {"border_mode": "padding", "dim_ordering": "data_format"}
RECURRENT = {
    **WEIGHTS,
    "output_dim": "units",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
}
NEW_NAMES: dict[str, dict[str, str]] = {
    "Dense": {**WEIGHTS, "output_dim": "units"},
    "Conv1D": {
        **CONVOLUTION,
        "filter_length": "kernel_size",
        "subsample_length": "strides",
    },
    "Conv2D": CONVOLUTION,
    "Conv3D": CONVOLUTION,
    "Conv2DTranspose": CONVOLUTION,
    "SeparableConv2D": CONVOLUTION,
    "MaxPooling1D": {"pool_length": "pool_size", "stride": "strides", "border_mode": "padding"},
    "AveragePooling1D": {"pool_length": "pool_size", "stride": "strides", "border_mode": "padding"},
    **dict.fromkeys(
        ("MaxPooling2D", "AveragePooling2D", "MaxPooling3D", "AveragePooling3D"), POOLING
    ),
    **dict.fromkeys(
        (
            "GlobalMaxPooling2D", "GlobalAveragePooling2D", "UpSampling2D", "ZeroPadding2D",
            "Cropping2D",
        ),
        ORDERING,
    ),
    "UpSampling1D": {"length": "size"},
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), RECURRENT),
    **dict.fromkeys(("Dropout", "SpatialDropout2D", "GaussianDropout"), RATE),
    "GaussianNoise": {"sigma": "stddev"},
    "PReLU": {"init": "alpha_initializer"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "BatchNormalization": {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
}  # fmt: skip
"""Layer → old name of an argument → new name."""

IGNORED: dict[str, dict[str, object]] = {
    "BatchNormalization": {"mode": 0},
    **{name: {"consume_less": None} for name in ("SimpleRNN", "LSTM", "GRU")},
    "Conv2DTranspose": {"output_shape": None},
}
"""Layer → argument without effect → the value for which that is so; None for any."""

RENAMED_VALUES: dict[str, Mapping[object, object]] = {
    "data_format": {"tf": "channels_last", "th": "channels_first", "default": None},
}


def translate_layers(layers: Any, uses: OldUses) -> None:
    """Let every layer take its old arguments.

    Args:
        layers: ``tf_keras.layers``.
        uses: Where the uses are recorded.
    """
    for name, renamed in NEW_NAMES.items():
        cls = getattr(layers, name)
        _wrap_init(cls, _translator(name, renamed, uses))
    _take_shape_first(layers.Layer, uses)


def _take_shape_first(layer: Any, uses: OldUses) -> None:
    """``add_weight((3, 4), initializer, name)``: in Keras 1 the shape came first."""
    original = layer.add_weight

    @wraps(original)
    def add_weight(self: object, *args: object, **named: object) -> object:
        if args and isinstance(args[0], tuple | list):
            uses.tell("add_weight(shape)", "add_weight(shape=…)")
            named |= dict(zip(("shape", "initializer", "name"), args, strict=False))
            args = ()
        return original(self, *args, **named)

    layer.add_weight = add_weight


def _wrap_init(cls: Any, change: Callable[[tuple[Any, ...], dict[str, Any]], Any]) -> None:
    original = cls.__init__

    @wraps(original)
    def init(self: Any, *args: Any, **named: Any) -> None:
        args, named = change(args, named)
        original(self, *args, **named)

    init.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
    cls.__init__ = init


def _translator(
    name: str, renamed: Mapping[str, str], uses: OldUses
) -> Callable[
    [tuple[object, ...], dict[str, object]], tuple[tuple[object, ...], dict[str, object]]
]:
    def change(
        args: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, named = _kernel_size(name, args, named, uses)
        named = _input_shape(name, named)
        for old in [key for key in named if key in renamed]:
            uses.tell(f"{name}({old}=…)", f"{renamed[old]}=")
            named[renamed[old]] = named.pop(old)
        for old, harmless in IGNORED.get(name, {}).items():
            if old in named and (harmless is None or named[old] == harmless):
                del named[old]
                uses.tell(f"{name}({old}=…)", "nothing: it has no effect")
        if name == "Embedding" and "dropout" in named:
            uses.warn(
                f"asks for Embedding(dropout={named.pop('dropout')}), which Keras 2 gave up: it is "
                "left out (keras.layers.SpatialDropout1D after it comes near)",
                changes_numbers=True,
            )
        for key, values in RENAMED_VALUES.items():
            if key in named and named[key] in values:
                named[key] = values[named[key]]
        if name == "SeparableConv2D" and "kernel_initializer" in named:
            init = named.pop("kernel_initializer")
            named |= {"depthwise_initializer": init, "pointwise_initializer": init}
        return args, named

    return change


def _kernel_size(
    name: str, args: tuple[object, ...], named: dict[str, object], uses: OldUses
) -> tuple[tuple[object, ...], dict[str, object]]:
    """Rows and columns of a kernel, which Keras 1 took one by one."""
    if name == "Conv3D":
        return _kernel_size_3d(args, named, uses)
    if name not in {"Conv2D", "Conv2DTranspose", "SeparableConv2D"}:
        return args, named
    named = dict(named)
    if "nb_row" in named and "nb_col" in named:
        uses.tell(f"{name}(nb_row=…, nb_col=…)", "kernel_size=")
        named["kernel_size"] = (named.pop("nb_row"), named.pop("nb_col"))
    elif len(args) >= 3 and all(type(one) is int for one in args[:3]):
        if _is_keras_1(named):
            uses.tell(f"{name}(filters, rows, columns)", "filters, kernel_size")
            args = (args[0], args[1:3], *args[3:])
        else:
            uses.warn(
                f"reads {name}({', '.join(map(str, args[:3]))}) as strides of {args[2]}, as every "
                f"Keras since 2.3 does; before it was a kernel of {args[1]} × {args[2]}",
                changes_numbers=True,
            )
    return args, named


def _kernel_size_3d(
    args: tuple[object, ...], named: dict[str, object], uses: OldUses
) -> tuple[tuple[object, ...], dict[str, object]]:
    """The three lengths of a kernel, which Keras 1 took one by one."""
    lengths = [f"kernel_dim{n}" for n in (1, 2, 3)]
    named = dict(named)
    if all(one in named for one in lengths):
        uses.tell("Convolution3D(kernel_dim1=…)", "kernel_size=")
        named["kernel_size"] = tuple(named.pop(one) for one in lengths)
    elif len(args) >= 4 and all(type(one) is int for one in args[:4]):
        uses.tell("Convolution3D(filters, 3, 3, 3)", "filters, kernel_size")
        args = (args[0], args[1:4], *args[4:])
    return args, named


def _is_keras_1(named: Mapping[str, object]) -> bool:
    return any(one in CONVOLUTION and one not in {"bias"} for one in named)


def _input_shape(name: str, named: dict[str, object]) -> dict[str, object]:
    """``input_dim`` and ``input_length`` of recurrent and one-dimensional layers."""
    if name in {"SimpleRNN", "LSTM", "GRU", "Conv1D"} and "input_dim" in named:
        named = dict(named)
        named["input_shape"] = (named.pop("input_length", None), named.pop("input_dim"))
    return named


def translate_model(keras: Any, uses: OldUses) -> None:
    """``Model(input=…, output=…)``."""
    original = keras.Model.__new__

    def new(cls: Any, *args: Any, **named: Any) -> Any:
        return original(cls, *args, **_inputs(named, uses))

    keras.Model.__new__ = staticmethod(new)
    functional = functional_class()
    before = functional.__init__

    @wraps(before)
    def init(self: Any, *args: Any, **named: Any) -> None:
        before(self, *args, **_inputs(named, uses))

    functional.__init__ = init


def _inputs(named: dict[str, Any], uses: OldUses) -> dict[str, Any]:
    for old, new in (("input", "inputs"), ("output", "outputs")):
        if old in named:
            uses.tell(f"Model({old}=…)", f"{new}=")
            named = {**{k: v for k, v in named.items() if k != old}, new: named[old]}
    return named
