"""Reads the code of the house: which functions are verbs, and whether each asks before it writes.

A verb is a public function with a keyword-only `by`, but in pages (views only forward) and in mail.py (builders
compose and store nothing). Asking is `require(...)` on an answer about `by`, or on one about the `generation` of a
link: its holder has no account; `perform(...)` with hats that were found for `by`; or calling, with `by=by`, another
verb that asks first. A helper counts as what it does: so does what it writes. An answer in one branch of an `if`, or
in a loop, does not count for what comes after it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
WINGS = ("exchange", "applications", "evaluations")
ASKERS = frozenset({"by", "generation"})
WRITES = frozenset(
    "save create delete update bulk_create bulk_update get_or_create update_or_create create_user set".split()
)
REQUIRE = ("exchange.verdicts", "require")
PERFORM = (("exchange.transitions", "perform"), ("exchange.transitions", "perform_all"))
Target = tuple[str, str]


@dataclass
class Found:
    """What a function does: whether it asks, whether it writes, and what it writes before it asked."""

    asks: bool = False
    writes: bool = False
    early: str = ""

    @property
    def first_asks(self) -> bool:
        return self.asks and not self.early


@dataclass
class Module:
    """The functions of a module, and where its other names come from."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    names: dict[str, Target] = field(default_factory=dict)


class Code:
    """Modules by dotted name, read from their text."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.modules = {name: _module(ast.parse(text)) for name, text in texts.items()}
        self._found: dict[Target, Found] = {}

    def verbs(self) -> list[Target]:
        """Every verb, as module and name."""
        return [
            (where, name)
            for where, module in self.modules.items()
            for name, function in module.functions.items()
            if is_public(where, name) and "by" in {one.arg for one in function.args.kwonlyargs}
        ]

    def writers(self) -> list[Target]:
        """Public functions beside verbs that write for nobody in particular: they have no `by` to ask."""
        verbs = self.verbs()
        rooms = {where for where, _name in verbs}
        functions = ((where, name) for where in rooms for name in self.modules[where].functions)
        return [one for one in functions if is_public(*one) and one not in verbs and self.found(one).writes]

    def found(self, target: Target) -> Found:
        """What a function does; each is read once, one that calls itself does nothing new there."""
        if target not in self._found:
            self._found[target] = Found()
            self._found[target] = _Reading(self, target).found
        return self._found[target]

    def target(self, where: str, called: ast.expr) -> Target | None:
        """The function that a call names, if it is one of ours."""
        known = self.modules[where]
        if isinstance(called, ast.Name):
            found = (where, called.id) if called.id in known.functions else known.names.get(called.id)
            return found if found and (found == REQUIRE or found in PERFORM or self._has(found)) else None
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            found = known.names.get(called.value.id)
            inside = (".".join(found), called.attr) if found else ("", "")
            return inside if self._has(inside) else None
        return None

    def _has(self, target: Target) -> bool:
        return target[0] in self.modules and target[1] in self.modules[target[0]].functions


def is_public(where: str, name: str) -> bool:
    """Whether a function can be called from elsewhere, and stands neither in a page nor in mail.py."""
    file = where.rpartition(".")[2]
    return not name.startswith("_") and file != "mail" and "views" not in where


def _module(tree: ast.Module) -> Module:
    found = Module()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.functions[node.name] = node
        if isinstance(node, ast.ImportFrom) and node.module:
            found.names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return found


def house() -> Code:
    """The code that runs."""
    files = (path for wing in WINGS for path in sorted((ROOT / wing).rglob("*.py")))
    return Code({_dotted(path): path.read_text() for path in files if "migrations" not in path.parts})


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Reading:
    """One function, from top to bottom."""

    def __init__(self, code: Code, target: Target) -> None:
        self.code, self.where = code, target[0]
        self.found, self.asked = Found(), False
        function = code.modules[target[0]].functions[target[1]]
        arguments = function.args
        self.askers = ASKERS & {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}
        #: Names of what was found for the asker: hats, verdicts.
        self.answers: set[str] = set()
        self._block(function.body)

    # --- statements: each returns whether the function ended there ---

    def _block(self, body: list[ast.stmt]) -> bool:
        return any(self._statement(one) for one in body)

    def _statement(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.If):
            self._look(node.test)
            return self._branches([node.body, node.orelse])
        if isinstance(node, ast.For | ast.While):
            self._look(node.iter if isinstance(node, ast.For) else node.test)
            self._aside(node.body)
            return False
        if isinstance(node, ast.Try):
            rescued = [handler.body for handler in node.handlers]
            return self._branches([[*node.body, *node.orelse], *rescued]) or self._block(node.finalbody)
        if isinstance(node, ast.With):
            for item in node.items:
                self._look(item.context_expr)
            return self._block(node.body)
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._look(node)
            self._name(node)
        return isinstance(node, ast.Return | ast.Raise)

    def _branches(self, bodies: list[list[ast.stmt]]) -> bool:
        """Who was asked in every branch that goes on was asked after it."""
        before, after = self.asked, []
        for body in bodies:
            self.asked = before
            if not self._block(body):
                after.append(self.asked)
        self.asked = all(after)
        return not after

    def _aside(self, body: list[ast.stmt]) -> None:
        before = self.asked
        self._block(body)
        self.asked = before

    def _name(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign) and self._is_answer(node.value):
            self.answers |= {one.id for one in ast.walk(node.targets[0]) if isinstance(one, ast.Name)}

    # --- expressions ---

    def _look(self, node: ast.AST) -> None:
        """Calls, in the order in which they are made."""
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            before = self.asked
            for one in (*node.generators, *_elements(node)):
                self._look(one)
            self.asked = before
            return
        for child in ast.iter_child_nodes(node):
            self._look(child)
        if isinstance(node, ast.Call):
            self._call(node)

    def _call(self, call: ast.Call) -> None:
        target = self.code.target(self.where, call.func)
        if target == REQUIRE:
            self._ask(self._is_answer(call.args[0]))
        elif target in PERFORM:
            hats = next((one.value for one in call.keywords if one.arg == "hats"), None)
            self._ask(hats is not None and self._is_answer(hats))
            self._write(ast.unparse(call.func))
        elif target:
            found = self.code.found(target)
            self._ask(found.first_asks and self._passes_asker(call))
            if found.writes:
                self._write(target[1])
        elif isinstance(call.func, ast.Attribute) and call.func.attr in WRITES:
            self._write(ast.unparse(call.func))

    def _passes_asker(self, call: ast.Call) -> bool:
        given = (*call.args, *(one.value for one in call.keywords))
        return any(isinstance(one, ast.Name) and one.id in self.askers for one in given)

    def _is_answer(self, node: ast.expr) -> bool:
        """Whether this was found for the asker: a call with them in it, or the name of what such a call gave."""
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id in self.answers:
                return True
            if isinstance(one, ast.Call) and any(isinstance(a, ast.Name) and a.id in self.askers for a in one.args):
                return True
        return False

    def _ask(self, answer: bool) -> None:
        if answer:
            self.asked = self.found.asks = True

    def _write(self, what: str) -> None:
        self.found.writes = True
        if not self.asked:
            self.found.early = self.found.early or what


def _elements(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Iterator[ast.expr]:
    yield from (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
