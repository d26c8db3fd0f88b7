"""Networks that a script writes as a class with a ``call`` method."""

import ast

from seedbed.doctor.interpreter.trace import base_kind
from seedbed.doctor.interpreter.values import Instance, Value


def returned_layer(model: Instance) -> Value | None:
    """The layer or network whose outputs ``call`` returns; None where the text does not show it.

    Args:
        model: An object whose class has a ``call`` such as ``return self.out(self.hidden(x))``.
    """
    call = next((m for base in model.cls.lineage() if (m := base.method("call"))), None)
    if base_kind(model) != "model" or call is None or not call.args.args:
        return None
    returns = [node for node in ast.walk(call) if isinstance(node, ast.Return)]
    value = returns[0].value if len(returns) == 1 else None
    if isinstance(value, ast.Name):
        value = _assigned(call.body, value.id)
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    owner = value.func.value
    ours = isinstance(owner, ast.Name) and owner.id == call.args.args[0].arg
    return model.attrs.get(value.func.attr) if ours else None


def _assigned(body: list[ast.stmt], name: str) -> ast.expr | None:
    """What a name holds at the end of a body; None if a branch or a loop may set it last."""
    for statement in reversed(body):
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(statement, ast.Assign)  # noqa: S101  (only those have targets)
            return statement.value
        names = (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))
        if not isinstance(statement, ast.Return) and name in names:
            return None
    return None
