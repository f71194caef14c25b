"""Mutants of a module: the changes that mutmut knows, one at a time, and two of ours.

mutmut itself leaves out what stands outside of functions and what is decorated, which here are the tables and most
verbs, so its changes are asked for node by node (docs/decisions/0039-mutants.md).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

from mutants.subjects import ROOT

#: What says something, to people or to who programs: other words are no fault of a rule.
WORDS = frozenset(
    "_ gettext gettext_lazy ngettext ngettext_lazy pgettext pgettext_lazy npgettext ValueError TypeError".split()
)
#: Whose positional arguments are conditions. Of others only what is named is left out: less of the rest can't run.
ASKING = frozenset("filter exclude get".split())
#: None in the place of a value, another letter case, a name with XX in it: these can't run, or are words.
LEFT_OUT = {mutators.operator_assignment, mutators.operator_dict_arguments}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where it is planted, what stood there and what does now. `source` is the whole module with it."""

    file: str
    #: The function or class it stands in; empty in the module.
    where: str
    was: str
    now: str
    #: Which of those that read the same, in their order.
    number: int
    #: The lines of the statement it stands in.
    lines: tuple[int, int]
    source: str

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What it is known by, whatever lines are put before it."""
        return self.file, self.where, self.was, self.now, self.number

    def __str__(self) -> str:
        return f"{self.file}:{self.lines[0]} {self.where}\n    - {self.was}\n    + {self.now}"


def mutants(file: str, names: Sequence[str] = ()) -> list[Mutant]:
    """All mutants of a file of the house, or of what is called like this in it."""
    return made_of((ROOT / file).read_text(), file, names)


def made_of(source: str, file: str, names: Sequence[str] = ()) -> list[Mutant]:
    """The mutants of a text, each once, in the order in which they stand there."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    finder = _Finder()
    wrapper.visit(finder)
    whole = source.encode()
    found, seen, alike = [], {source}, Counter[tuple[str, str, str]]()
    for change in finder.changes:
        if names and not set(names) & set(change.where.split(".")):
            continue
        code = _with(change, wrapper.module, whole)
        if code in seen:
            continue
        seen.add(code)
        was, now = _difference(source, code)
        alike[change.where, was, now] += 1
        number = alike[change.where, was, now]
        found.append(Mutant(file, change.where, was, now, number, change.lines, code))
    return found


def _with(change: "_Change", module: cst.Module, whole: bytes) -> str:
    """The module with a change in it. Writing it out whole takes twenty times as long."""
    if isinstance(change.old, cst.BaseCompoundStatement):  # its lines are indented
        return module.deep_replace(change.old, change.new).code
    before, after = whole[: change.start], whole[change.start + change.length :]
    gone, new = whole[change.start : change.start + change.length], module.code_for_node(change.new).strip()
    space = gone[: len(gone) - len(gone.lstrip())]
    return (before + space + new.encode() + after).decode()


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, each side in one."""
    old, new = before.splitlines(), after.splitlines()
    blocks = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    (_, first, _, begin, _), (_, _, last, _, end) = blocks[0], blocks[-1]
    return _one_line(old[first:last]), _one_line(new[begin:end])


def _one_line(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


@dataclass(frozen=True, slots=True)
class _Change:
    old: cst.CSTNode
    new: cst.CSTNode
    start: int
    length: int
    where: str
    lines: tuple[int, int]


class _Finder(cst.CSTVisitor):
    """Walks through a module and keeps every change, with the statement it is in."""

    METADATA_DEPENDENCIES = (PositionProvider, ByteSpanPositionProvider)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[_Change] = []
        self.names: list[str] = []
        self.statements: list[CodeRange] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _means_nothing(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.names.append(node.name.value)
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self.statements.append(self.get_metadata(PositionProvider, node))
        if self.statements:
            self.changes += [self._change(old, new) for old, new in changes(node)]
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if _means_nothing(original_node):
            return
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.names.pop()
        if isinstance(original_node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self.statements.pop()

    def _change(self, old: cst.CSTNode, new: cst.CSTNode) -> _Change:
        here, around = self.get_metadata(PositionProvider, old), self.statements[-1]
        span = self.get_metadata(ByteSpanPositionProvider, old)
        # Of an `if` or a `def` the statement is all of its body: there the node itself says which lines are meant.
        near = here if around.end.line - around.start.line > 12 else around
        return _Change(old, new, span.start, span.length, ".".join(self.names), (near.start.line, near.end.line))


def changes(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """What can stand in the place of this node, or of a part of it."""
    for kind, operator in mutators.mutation_operators:
        if isinstance(node, kind) and operator not in LEFT_OUT:
            yield from ((node, new) for new in operator(node) if _tells(node, new))
    # Ours: a condition turned round, and the only condition of a query left out.
    if isinstance(node, cst.If | cst.CompIf):
        yield node.test, _turned(node.test)
    if isinstance(node, cst.Call) and _called(node) in ASKING and len(node.args) == 1 and node.args[0].star != "*":
        yield node, node.with_changes(args=[])


def _tells(node: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether a change of mutmut is one that could run."""
    if isinstance(node, cst.SimpleString):
        return isinstance(new, cst.SimpleString) and "XX" in new.value
    if isinstance(node, cst.Call) and isinstance(new, cst.Call) and new.func is node.func:
        if len(new.args) == len(node.args):
            return False
        gone = next(arg for arg in node.args if not any(arg is kept for kept in new.args))
        said = isinstance(gone.value, cst.Call) and _called(gone.value) in WORDS
        return (gone.keyword is not None and not said) or _called(node) in ASKING
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        return not isinstance(node.right, cst.Dict) and not isinstance(node.left, cst.BaseString | cst.Call)
    return True


def _turned(test: cst.BaseExpression) -> cst.UnaryOperation:
    inside = test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), inside)


def _called(node: cst.Call) -> str:
    """The last part of what is called."""
    match node.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
    return ""


def _means_nothing(node: cst.CSTNode) -> bool:
    """What is no rule: types, imports, decorators, and texts for people."""
    if isinstance(node, cst.Call):
        return _called(node) in WORDS | {"TypeVar", "len", "isinstance"}
    return isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.Decorator)
