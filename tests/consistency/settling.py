"""Reads the code of the house: which functions write what lines are derived from, and whether lines follow.

A write is a call of `save`, `update`, `create` and the like on one of SOURCES, or a `perform` along one of their life
cycles; of what kind a name is, its annotation says, or what was assigned to it. It is due until something of SETTLERS
is called after it. A helper counts as what it does: what is due at its end is due where it was called. Of an `if` every
branch that goes on must have settled.
"""

import ast
import builtins
import inspect
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import Model, QuerySet

from applications import lines
from applications.lifecycle import APPLICATION, ASSESSMENT, DECISION, ENDORSEMENT, OFFER
from applications.models import (
    Application,
    Assessment,
    Decision,
    Endorsement,
    Invitation,
    LateAccess,
    Offer,
    ProposedGoal,
    Submission,
)
from exchange import transitions
from exchange.lifecycle import Lifecycle
from exchange.people import actions as people
from exchange.people.models import Institution, User
from exchange.trips.lifecycle import PARTICIPATION
from exchange.trips.models import Participation
from tests.consistency.asking import ROOT, WINGS

LIVES = {
    APPLICATION.name: Application, ENDORSEMENT.name: Endorsement, ASSESSMENT.name: Assessment,
    DECISION.name: Decision, OFFER.name: Offer, PARTICIPATION.name: Participation,
}  # fmt: skip
SOURCES = {*LIVES.values(), Submission, ProposedGoal, Invitation, LateAccess, EmailAddress, User, Institution}
SETTLERS = (lines.settle, lines.settle_invited, lines.settle_people, people.account_changed, people.school_renamed)
PERFORM = (transitions.perform, transitions.perform_all)
WRITES = frozenset(
    "save create delete update bulk_create bulk_update get_or_create update_or_create create_user set_verified "
    "set_as_primary remove".split()
)
#: What gives back one or more of what it is given.
SAME = {builtins.list, builtins.sorted, builtins.next, builtins.set, builtins.tuple, builtins.reversed}


@dataclass
class Found:
    """What is written and not settled when a function ends, whether it settled what was written before it, and what it
    saves of which nobody says what it is.
    """

    due: list[str] = field(default_factory=list)
    settles: bool = False
    unclear: list[str] = field(default_factory=list)


@dataclass
class Flow:
    """How far a reading is: what is due here, and whether something was settled on the way."""

    due: list[str]
    settled: bool = False


def functions(module: ModuleType, text: str) -> Iterator[tuple[str, ast.FunctionDef, type | None]]:
    """The functions of a module and the methods of its classes, by their dotted names."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            yield f"{module.__name__}.{node.name}", node, None
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    yield f"{module.__name__}.{node.name}.{one.name}", one, getattr(module, node.name)


class House:
    """Modules by their text; what they name is looked up in the modules themselves. `apart` leave nothing due."""

    def __init__(
        self, texts: dict[str, str], modules: dict[str, Any] | None = None, apart: Collection[str] = ()
    ) -> None:
        self.apart = apart
        self.functions: dict[str, tuple[Any, ast.FunctionDef, type | None]] = {}
        for name, text in texts.items():
            module = (modules or {}).get(name) or import_module(name)
            for dotted, node, owner in functions(module, text):
                self.functions[dotted] = (module, node, owner)
        self._found: dict[str, Found] = {}
        self.called: set[str] = set()

    def found(self, name: str) -> Found:
        """What a function does; each is read once, one that calls itself does nothing new there."""
        if name not in self._found:
            self._found[name] = Found()
            self._found[name] = _Reading(self, *self.functions[name]).found()
            if name in self.apart:
                self._found[name].due = []
        return self._found[name]

    def settling(self) -> set[str]:
        """The functions that call something of SETTLERS themselves."""
        read = {name: _Reading(self, *parts) for name, parts in self.functions.items()}
        return {
            name
            for name, reading in read.items()
            if any(reading.settles(one) for one in ast.walk(reading.node) if isinstance(one, ast.Call))
        }

    def due(self) -> dict[str, list[str]]:
        """What each function leaves due that others can call, or that nobody calls by its name."""
        left = {name: found for name in self.functions if (found := self.found(name).due)}
        public = {name for name in left if not name.rpartition(".")[2].startswith("_")}
        return {name: due for name, due in left.items() if name in public or name not in self.called}


def house(apart: Collection[str] = ()) -> House:
    """The code that runs. What writes lines need not be told that they follow."""
    texts = {}
    for path in (path for wing in WINGS for path in sorted((ROOT / wing).rglob("*.py"))):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if not {"migrations", "settings", "asgi", "wsgi"} & set(parts) and not name.startswith(lines.__name__):
            texts[name] = path.read_text()
    return House(texts, apart=apart)


def model_of(kind: Any) -> Any:
    """The model that a class is, or that a kind of queryset finds."""
    if isinstance(kind, type) and issubclass(kind, Model):
        return kind if hasattr(kind, "_meta") else None
    if isinstance(kind, type) and issubclass(kind, QuerySet) and kind is not QuerySet:
        return next((one for one in apps.get_models() if one._default_manager._queryset_class is kind), None)
    return None


@cache
def beside(model: Any, name: str) -> Any:
    """What an attribute of a model leads to: another model, nothing for a plain field, itself for any other word."""
    for one in model._meta.get_fields():
        reverse = one.get_accessor_name() if one.auto_created and not one.concrete else None
        if name in (one.name, reverse):
            return one.related_model
    return model


class _Reading:
    """One function, from top to bottom."""

    def __init__(self, code: House, module: Any, node: ast.FunctionDef, owner: type | None) -> None:
        self.code, self.module, self.node = code, module, node
        self.kinds: dict[str, Any] = {}
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if kind := self._said(one.annotation):
                self.kinds[one.arg] = kind
        if owner and (kind := model_of(owner)) and node.args.args:
            self.kinds.setdefault(node.args.args[0].arg, kind)
        self.ends: list[Flow] = []
        self.unclear: list[str] = []

    def found(self) -> Found:
        flow = self._block(self.node.body, Flow([]))
        ends = [*self.ends, *([flow] if flow else [])]
        due = list(dict.fromkeys(what for one in ends for what in one.due))
        return Found(due, any(one.settled for one in ends), self.unclear)

    def _said(self, annotation: ast.expr | None) -> Any:
        """The first model that an annotation names."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        names = [one.id for one in ast.walk(annotation) if isinstance(one, ast.Name)] if annotation else []
        return next((kind for name in names if (kind := model_of(getattr(self.module, name, None)))), None)

    # --- statements: each gives how far the reading is after it, or None where the function ended ---

    def _block(self, body: list[ast.stmt], flow: Flow | None) -> Flow | None:
        for one in body:
            if flow:
                flow = self._statement(one, flow)
        return flow

    def _statement(self, node: ast.stmt, flow: Flow) -> Flow | None:
        if isinstance(node, ast.If | ast.For | ast.While | ast.Try | ast.With):
            return self._compound(node, flow)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return flow
        self._look(node, flow)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                each = zip(target.elts, node.value.elts, strict=True) if pairs else [(target, node.value)]
                for one, its in each:
                    self._name(one, its)
        if isinstance(node, ast.Return):
            self.ends.append(flow)
        return None if isinstance(node, ast.Return | ast.Raise) else flow

    def _compound(self, node: ast.If | ast.For | ast.While | ast.Try | ast.With, flow: Flow) -> Flow | None:
        if isinstance(node, ast.If):
            self._look(node.test, flow)
            return self._join([self._aside(node.body, flow), self._aside(node.orelse, flow)])
        if isinstance(node, ast.Try):
            whole = self._aside([*node.body, *node.orelse], flow)
            rescued = [self._aside(one.body, flow) for one in node.handlers]
            return self._block(node.finalbody, self._join([whole, *rescued]))
        if isinstance(node, ast.With):
            for item in node.items:
                self._look(item.context_expr, flow)
            return self._block(node.body, flow)
        self._look(node.iter if isinstance(node, ast.For) else node.test, flow)
        if isinstance(node, ast.For):
            self._name(node.target, node.iter)
        return self._join([self._aside(node.body, flow), flow])

    def _aside(self, body: list[ast.stmt], flow: Flow) -> Flow | None:
        """One branch of several."""
        return self._block(body, Flow([*flow.due], flow.settled))

    def _join(self, flows: Any) -> Flow | None:
        """After branches: what is due in one is due; what was settled in none was not."""
        gone_on = [one for one in flows if one]
        due = dict.fromkeys(what for one in gone_on for what in one.due)
        return Flow(list(due), any(one.settled for one in gone_on)) if gone_on else None

    def _name(self, target: ast.expr, value: ast.expr) -> None:
        """Of what kind a name is from here on; of a pair the first counts (`row, made = …get_or_create(…)`)."""
        first = target.elts[0] if isinstance(target, ast.Tuple) else target
        if isinstance(first, ast.Name) and (kind := self._kind(value)):
            self.kinds[first.id] = kind

    # --- expressions ---

    def _look(self, node: ast.AST, flow: Flow) -> None:
        """Calls, in the order in which they are made."""
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            for one in node.generators:
                self._name(one.target, one.iter)
        for child in ast.iter_child_nodes(node):
            self._look(child, flow)
        if isinstance(node, ast.NamedExpr):
            self._name(node.target, node.value)
        if isinstance(node, ast.Call):
            self._call(node, flow)

    def _call(self, call: ast.Call, flow: Flow) -> None:
        called = self._object(call.func)
        name = self._ours(called)
        found = self.code.found(name) if name else Found()
        self.code.called |= {name}
        if found.settles or self.settles(call):
            flow.due, flow.settled = [], True
        flow.due += found.due
        if any(called is one for one in PERFORM):
            life = self._object(call.args[0])
            if isinstance(life, Lifecycle) and life.name in LIVES:
                flow.due.append(f"{LIVES[life.name].__name__}: {ast.unparse(call.func)}")
        elif isinstance(call.func, ast.Attribute) and not isinstance(called, FunctionType):
            self._save(call.func, flow)

    def settles(self, call: ast.Call) -> bool:
        """Whether this lets lines follow."""
        called = self._object(call.func)
        return any(called is one for one in SETTLERS)

    def _save(self, called: ast.Attribute, flow: Flow) -> None:
        if called.attr not in WRITES:
            return
        kind = self._kind(called.value)
        if kind is None:
            self.unclear.append(ast.unparse(called))
        elif kind in SOURCES:
            flow.due.append(f"{kind.__name__}: {ast.unparse(called)}")

    def _ours(self, called: Any) -> str:
        """The name of a function of the house."""
        bare = inspect.unwrap(called) if isinstance(called, FunctionType) else None
        name = f"{bare.__module__}.{bare.__qualname__}" if bare else ""
        return name if name in self.code.functions else ""

    def _object(self, node: ast.expr) -> Any:
        """What a name or a word of an imported module stands for."""
        if isinstance(node, ast.Name):
            return None if node.id in self.kinds else getattr(self.module, node.id, getattr(builtins, node.id, None))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = getattr(self.module, node.value.id, None)
            return getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
        return None

    def _kind(self, node: ast.expr) -> Any:
        """The model of which something is a row, or rows."""
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id) or model_of(getattr(self.module, node.id, None))
        if isinstance(node, ast.Attribute):
            if ast.unparse(node) == "request.user":
                return User
            known = self._kind(node.value)
            return beside(known, node.attr) if known else model_of(self._object(node))
        if isinstance(node, ast.Call):
            return self._kind_of_call(node)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            for one in node.generators:
                self._name(one.target, one.iter)
            return self._kind(node.elt)
        inner = {
            ast.IfExp: ("body", "orelse"), ast.Subscript: ("value",), ast.NamedExpr: ("value",), ast.Starred: ("value",)
        }.get(type(node), ())  # fmt: skip
        parts = [getattr(node, name) for name in inner]
        parts += node.values if isinstance(node, ast.BoolOp) else []
        parts += node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else []
        return next((kind for one in parts if (kind := self._kind(one))), None)

    def _kind_of_call(self, call: ast.Call) -> Any:
        called = self._object(call.func)
        if name := self._ours(called):
            module, node, _owner = self.code.functions[name]
            return _Reading(self.code, module, node, None)._said(node.returns)
        if isinstance(called, type | BuiltinFunctionType) and called in SAME and call.args:
            return self._kind(call.args[0])
        if ast.unparse(call.func) == "type":
            return self._kind(call.args[0])
        return self._kind(call.func)
