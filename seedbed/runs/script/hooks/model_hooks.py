"""Sees networks built, compiled, saved and loaded, and where their first weights are from."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path, PurePath
from typing import Any
from weakref import WeakKeyDictionary

from seedbed.analysis.wording import count
from seedbed.runs.keras_private import initialiser_seed, layer_class, layers_within
from seedbed.runs.script.hooks.record.seed_calls import PYTHON, SeedCall
from seedbed.runs.script.hooks.record.timeline import Timeline


@dataclass
class ModelHooks:
    """What is seen of networks beside their fits.

    Attributes:
        timeline: Takes the steps.
        place: Says which line of the script runs now.
        is_inside: Whether a ``fit``, ``evaluate`` or ``predict`` runs now.
        origin: Says of a network whose weights it has, in words.
        seeds: The seeds that the script set so far.
        unseeded: Sentences on first weights that no seed of the script reaches.
        loads: How often the script loaded weights.
    """

    timeline: Timeline
    place: Callable[[], str]
    is_inside: Callable[[], bool]
    origin: Callable[[Any], str]
    seeds: list[SeedCall]
    unseeded: list[str] = field(default_factory=list)
    loads: int = 0
    _built: WeakKeyDictionary[object, tuple[str, int]] = field(default_factory=WeakKeyDictionary)
    _noted: WeakKeyDictionary[object, bool] = field(default_factory=WeakKeyDictionary)

    def begin(self, version: int, trainer: Any, graph: bool = False) -> None:
        """Wrap the methods of layers and models.

        Args:
            version: Of the Keras that the script runs on; 2 is tf-keras.
            trainer: The class that defines ``fit``.
            graph: Whether Keras 2 builds graphs.
        """
        if version == 2:
            import tf_keras as library
        else:
            import keras as library
        self._watch_weights(layer_class(version, graph))
        for name, wrapper in (
            ("compile", self._compile),
            ("load_weights", self._load),
            ("save_weights", self._save),
            ("save", self._save),
        ):
            kinds = (*trainer.__mro__, *library.Model.__mro__)
            owner = next(kind for kind in kinds if name in vars(kind))
            setattr(owner, name, self._outside(vars(owner)[name], wrapper))
        self._watch_loading(library.models.load_model)

    def network(self, model: Any) -> None:
        """Note a network the first time that it is used; one without weights is noted later."""
        if model in self._noted or not getattr(model, "built", False):
            return
        self._noted[model] = True
        layers = [one for one in layers_within(model) if one in self._built]
        places = Counter(self._built[one][0] for one in layers)
        place = places.most_common(1)[0][0] if places else self.place()
        layers_in_all, parameters = len(getattr(model, "layers", [])), _parameters(model)
        what = (
            f"builds a network of {count(layers_in_all, 'layer')} and "
            f"{count(parameters, 'parameter')}"
        )
        said = self._source(layers, place)
        self.timeline.add(
            "network",
            place,
            f"{what}; {said}" if said else what,
            layers=layers_in_all,
            parameters=parameters,
            model=type(model).__name__,
        )

    def built_for_own_loop(self) -> None:
        """Note the layers of a script that trains in a loop of its own: no call shows a network."""
        layers = [one for one in list(self._built) if self._draws(one)]
        if not layers or any(self._noted.values()):
            return
        place = Counter(self._built[one][0] for one in layers).most_common(1)[0][0]
        said = self._source(layers, place)
        what = f"builds {count(len(layers), 'layer')} that no fit trains; {said}"
        self.timeline.add("network", place, what, layers=len(layers))

    def _source(self, layers: Iterable[object], place: str) -> str:
        """Which generator the first weights are from, and which seed reaches it."""
        drawn = [one for one in layers if self._draws(one)]
        if not drawn:
            return ""
        before = self.seeds[: min(self._built[one][1] for one in drawn)]
        reaching = [seed for seed in before if seed.call in PYTHON]
        if reaching:
            return f"first weights from Keras' generator, seeded by {reaching[-1].words}"
        said = "from Keras' generator, which nothing in the script seeds"
        where = f" in {place}, when the network is built," if place else ""
        told = f"The first weights are drawn{where} {said}"
        others = list(dict.fromkeys(seed.words for seed in before))[:3]
        if others:
            told += f": {' and '.join(others)} {'does' if len(others) == 1 else 'do'} not reach it"
        if told not in self.unseeded:
            self.unseeded.append(told)
        return f"first weights {said}"

    def _draws(self, layer: object) -> bool:
        """Whether an initialiser of a layer draws at random, without a seed of its own."""
        for name, value in list(vars(layer).items()):
            if not name.endswith("_initializer") or value is None:
                continue
            if initialiser_seed(value) == (True, False):
                return True
        return False

    def _watch_weights(self, layer: Any) -> None:
        original = layer.add_weight

        @wraps(original)
        def add_weight(one: object, *arguments: object, **named: object) -> object:
            if one not in self._built:
                self._built[one] = (self.place(), len(self.seeds))
            return original(one, *arguments, **named)

        layer.add_weight = add_weight

    def _outside(self, original: Any, wrapper: Callable[..., None]) -> object:
        """The method, told to ``wrapper`` afterwards unless Keras itself calls it in a ``fit``."""

        @wraps(original)
        def method(model: Any, *arguments: Any, **named: Any) -> Any:
            result = original(model, *arguments, **named)
            if not self.is_inside():
                wrapper(model, arguments, named)
            return result

        return method

    def _compile(self, model: object, given: tuple[object, ...], named: dict[str, object]) -> None:
        self.network(model)
        del given, named
        optimiser = type(getattr(model, "optimizer", None)).__name__
        loss = _loss_words(getattr(model, "loss", None))
        self.timeline.add(
            "compile",
            self.place(),
            f"compiles it with {optimiser} and {loss}",
            optimizer=optimiser,
            loss=loss,
        )

    def _load(self, model: object, given: tuple[object, ...], named: dict[str, object]) -> None:
        self._loaded(model, given[0] if given else next(iter(named.values()), ""))

    def _loaded(self, model: object, path: object) -> None:
        self._noted[model] = True
        self.loads += 1
        origin = self.origin(model)
        said = f"loads weights from {PurePath(str(path)).name}"
        self.timeline.add(
            "load",
            self.place(),
            f"{said}: {origin}" if origin else said,
            file=str(Path(str(path)).absolute()),
        )

    def _save(self, model: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        path = given[0] if given else next(iter(named.values()), "")
        origin = self.origin(model)
        said = f"saves the weights to {PurePath(str(path)).name}"
        self.timeline.add("save", self.place(), f"{said}: {origin}" if origin else said)

    def _watch_loading(self, original: Any) -> None:
        """``load_model`` has many names, each of which is put in the place of the same function."""

        @wraps(original)
        def load_model(*arguments: Any, **named: Any) -> Any:
            model = original(*arguments, **named)
            if not self.is_inside() and hasattr(model, "get_weights"):
                self._loaded(model, arguments[0] if arguments else named.get("filepath", ""))
            return model

        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", {}).get("load_model") is original:
                module.load_model = load_model  # type: ignore[attr-defined]


def _loss_words(loss: object) -> str:
    """A loss by its name; those of several outputs each with its output, or one by one."""
    if isinstance(loss, Mapping):
        return ", ".join(f"{_loss_words(one)} of {name}" for name, one in loss.items())
    if isinstance(loss, list | tuple):
        return ", ".join(map(_loss_words, loss))
    if isinstance(loss, str):
        return loss
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


def _parameters(model: Any) -> int:
    try:
        return int(model.count_params())
    except (ValueError, AttributeError, NotImplementedError):
        return 0
