"""Reads functions and objects that a call is given, and that somebody else calls."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.functions import FunctionReader
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.trace import Event, base_kind
from seedbed.doctor.interpreter.values import Data, Function, Instance, Items, Loop, Pass

_NOT_CALLBACKS = ("keras.layers.Lambda", "builtins.print", "keras.callbacks.")
_EACH_EPOCH = ("on_epoch", "on_batch", "on_train_batch", "on_test", "on_predict")


class CallbackReader(FunctionReader):
    """Follows functions that are handed on, and the methods of callbacks."""

    def visit_callbacks(self, event: Event) -> None:
        """Read functions that are handed to somebody else, who may call them."""
        if event.name.startswith(_NOT_CALLBACKS):
            return
        if event.name in {".fit", ".fit_generator"}:
            self._visit_own_callbacks(event)
        for value in [*event.args, *event.kwargs.values()]:
            if isinstance(value, Instance) and event.name == ".optimize":
                own = self.class_member(value.cls, "__call__")
                if isinstance(own, Function):
                    value = Function(own.node, own.scope, value)  # noqa: PLW2901
            if isinstance(value, Function):
                returned = self.apply_function(value, Call(event.node, [], {}), unknown=True)
                event.returned = (*event.returned, returned)
                if event.name == ".map" and isinstance(event.result, Data):
                    event.result.detail["returned"] = returned

    def _visit_own_callbacks(self, fit: Event) -> None:
        """Read the methods of the callbacks of the files given that a training calls."""
        given = fit.kwargs.get("callbacks")
        for callback in given.items if isinstance(given, Items) else [given]:
            if not isinstance(callback, Instance) or base_kind(callback) != "callback":
                continue
            if fit.target is not None:
                callback.attrs["model"] = fit.target
            methods = list(self._methods_called(callback))
            each = [m for m in methods if getattr(m.node, "name", "").startswith(_EACH_EPOCH)]
            self._apply_all([m for m in methods if m not in each and not _is_last(m)], fit)
            epochs = Loop(fit.node, self.scope.module, None, ("epoch",), frozenset({"epochs"}))
            for number in range(2 if each and self.may_repeat() else 1):
                self.loops.append(Pass(epochs, number))
                self._apply_all(each, fit)
                self.loops.pop()
            self._apply_all([m for m in methods if _is_last(m)], fit)

    def _methods_called(self, callback: Instance) -> Iterator[Function]:
        """The methods of a callback that Keras calls."""
        names = [s.name for base in callback.cls.lineage() for s in base.methods()]
        for name in dict.fromkeys(name for name in names if name.startswith("on_")):
            method = self.member(callback, name)
            if isinstance(method, Function):
                yield method

    def _apply_all(self, methods: list[Function], fit: Event) -> None:
        for method in methods:
            self.apply_function(method, Call(fit.node, [], {}), unknown=True)


def _is_last(method: Function) -> bool:
    return getattr(method.node, "name", "") == "on_train_end"
