"""Binds names, attributes and items, and looks them up."""

import ast
from collections.abc import Sequence

from seedbed.doctor.interpreter.calls import Caller
from seedbed.doctor.interpreter.canonical_names import canonical
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.values import (
    Choice,
    Class,
    Const,
    Data,
    Instance,
    Items,
    ModuleRef,
    Name,
    Table,
    Value,
    constant,
)


class Binder(Caller):
    """Binds targets to values; a value remembers the first name it was given."""

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target: a name, several, an attribute or an item."""
        if isinstance(target, ast.Name):
            self.name_value(value, target.id)
            self.scope.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            self.unpack(target.elts, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value)
        elif isinstance(target, ast.Attribute):
            base = self.expression(target.value)
            if isinstance(base, Instance):
                base.attrs[target.attr] = value
            elif isinstance(base, ModuleRef):
                base.scope.names[target.attr] = value
            self.event("set", target.attr, Call(target, [value], {}), base, value)
        elif isinstance(target, ast.Subscript):
            base, index = self.expression(target.value), self.expression(target.slice)
            name = constant(index)
            if isinstance(base, Table):
                if isinstance(name, str):
                    base.entries[name] = value
                else:
                    base.others.append(value)
                    base.open = True
            self.event("set", "[]", Call(target, [index, value], {}), base, value)
            if isinstance(base, Data):
                self.write_into(base, name, value)

    def write_into(self, table: Data, name: object, value: Value) -> None:
        """Bind the names of a table or array to what it holds after something is written into it.

        Args:
            table: Before the writing.
            name: The column, if it is a literal.
            value: What is written.
        """
        written = Data("assign", (table, value), hint=table.hint)
        if isinstance(name, str):
            written.detail["name"] = Const(name)
        columns = self.columns.get(table.uid, {})
        if isinstance(name, str):
            self.columns[written.uid] = {**columns, name: value}
        elif columns:
            self.columns[written.uid] = columns
        if table.op in {"attr:iloc", "attr:loc"}:
            self.rearrange(table.parents[0], Data("assign", (table.parents[0], value)))
        else:
            self.rearrange(table, written)

    def unpack(self, targets: Sequence[ast.expr], value: Value) -> None:
        """Bind several targets to the parts of a value."""
        starred = any(isinstance(target, ast.Starred) for target in targets)
        for number, target in enumerate(targets):
            self.assign(
                target,
                Data("star", (value,)) if starred else self.part(value, number, len(targets)),
            )

    def part(self, value: Value, number: int, of: int) -> Value:
        """Part ``number`` of a value that is taken apart into ``of`` parts."""
        if isinstance(value, Items) and (
            len(value.items) == of or (value.open and number < len(value.items) == of)
        ):
            return value.items[number]
        if isinstance(value, Choice):
            return Choice([(branch, self.part(arm, number, of)) for branch, arm in value.arms])
        if isinstance(value, Data) and value.op == "with-info" and value.parents:
            return self.part(value.parents[0], number, of)
        if isinstance(value, Data) and value.op == "builtins.zip" and len(value.parents) > 1:
            rows = [row.items for row in value.parents if isinstance(row, Items) and not row.open]
            if len(rows) == len(value.parents) and all(len(row) == of for row in rows):
                # images, labels = zip(*rows)
                return Items([row[number] for row in rows], open=True)
        return Data(f"unpack:{number}", (value,))

    def name_value(self, value: Value, name: str) -> None:
        """Remember the first name that data were given; names hint at what rows they hold."""
        if isinstance(value, Data) and not value.hint:
            value.hint = name

    def attribute(self, base: Value, name: str) -> Value:
        """``base.name`` when it is not called."""
        if isinstance(base, Name):
            return Name(canonical(f"{base.path}.{name}"))
        if isinstance(base, ModuleRef):
            return base.scope.names.get(name) or Data("unbound", hint=name)
        if isinstance(base, Instance):
            return self.member(base, name)
        if isinstance(base, Class):
            return self.class_member(base, name)
        if isinstance(base, Choice):
            return Choice([(branch, self.attribute(arm, name)) for branch, arm in base.arms])
        return self.column(base, name, Data("attr:" + name, (base,)))

    def item(self, base: Value, index: Value) -> Value:
        """One item of a value."""
        place = constant(index)
        if isinstance(base, Items) and not base.open and isinstance(place, int):
            inside = -len(base.items) <= place < len(base.items)
            return base.items[place] if inside else Data("index", (base, index))
        if isinstance(base, Table) and isinstance(place, str) and place in base.entries:
            return base.entries[place]
        if isinstance(base, Choice):
            return Choice([(branch, self.item(arm, index)) for branch, arm in base.arms])
        return self.column(base, place, Data("index", (base, index)))

    def column(self, table: Value, name: object, read: Data) -> Data:
        """Add to a column that is read what the script wrote into it, and into no other column."""
        if not isinstance(name, str):
            return read
        if name in self.columns.get(table.uid, {}):
            read.detail["column"] = self.columns[table.uid][name]
            return read
        before = table
        while isinstance(before, Data) and before.op == "assign" and "name" in before.detail:
            before = before.parents[0]
        return read if before is table else Data(read.op, (before, *read.parents[1:]))
