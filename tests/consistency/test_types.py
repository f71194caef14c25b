"""Types where it matters: mypy reads all of the three wings, what it is told to let off is named here with its reason,
and who does or asks something, and about what, is called by its name instead of `Any`.
"""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.consistency.asking import ROOT, WINGS, Code, Target, house

pytestmark = pytest.mark.once

#: Settings of mypy that let something off, and why. A shorter list is better; a longer one wants a reason.
LET_OFF = {
    "exclude": "Django writes the migrations",
    "ignore_missing_imports": "not every library ships types",
    "strict_optional": "what a constraint promises is still nullable to mypy; models say what is nullable themselves",
    "disable_error_code": "attr-defined only: what a queryset annotates is invisible to mypy",
}
#: Lines that mypy passes over: file, codes and how often.
IGNORED = {
    ("evaluations/fields.py", "misc"): 1,  # choices may be a function to the types of Django; ours are a list
    ("exchange/middleware.py", "override"): 1,  # a page that saves by itself gets a 401, where Django only redirects
    ("exchange/sqlite3/base.py", "override"): 1,  # a number in Django 5.2, asked for here
    ("exchange/outbox/delivery.py", "method-assign, assignment"): 1,  # the connection to the mail server is watched
    ("exchange/trips/models/participation.py", "operator"): 1,  # a trip with travellers has dates: a constraint
}
#: Public parameters that are really anything, and why.
ANYTHING = {
    ("exchange.history.actions", "record_all", "fields"): "those of `record`",
    ("exchange.history.actions", "record_often", "fields"): "those of `record`",
    ("exchange.history.actions", "how_often", "what"): "whatever tells one repetition from another",
    ("exchange.outbox.actions", "queue", "fields"): "those of `message`",
    ("exchange.people.actions", "save_profile", "fields"): "columns of an account, as its form calls them",
    ("exchange.transitions", "perform", "fields"): "columns of whatever moves",
    ("exchange.transitions", "perform_all", "fields"): "columns of whatever moves",
    ("applications.mail", "to_person", "more"): "what the text tells, and fields of `message`",
}


def asked_modules(code: Code) -> list[str]:
    """Modules of verbs, of questions and of mails."""
    verbs = {where for where, _name in code.verbs()}
    kinds = re.compile(r"\.(actions\w*|permissions|mail)(\.|$)")
    return [where for where in code.modules if where in verbs or kinds.search(where)]


def bare(code: Code) -> Iterator[tuple[str, str, str]]:
    """Every public function there that takes or returns something it does not name: module, function, parameter."""
    for where in asked_modules(code):
        for name, function in code.modules[where].functions.items():
            if not name.startswith("_"):
                yield from ((where, name, what) for what in nameless(function))


def nameless(function: ast.FunctionDef) -> Iterator[str]:
    """The parameters that are `Any`, or say nothing. A dict of anything is a dict, a list of anything is nothing."""
    given = function.args
    several = [one for one in (given.vararg, given.kwarg) if one]
    for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *several):
        if says_nothing(one.annotation):
            yield one.arg
    if says_nothing(function.returns):
        yield "return"


def says_nothing(annotation: ast.expr | None) -> bool:
    """Whether an annotation is missing, `Any`, or a choice or collection of it, but for the values of a dict."""
    if annotation is None:
        return True
    said = re.sub(r"\bdict\[str, Any\]", "dict", ast.unparse(annotation))
    return bool(re.search(r"\bAny\b", said))


def opens_to_all(code: Code) -> list[Target]:
    """Views that opt out of sign-in and yet say that their reader is signed in."""
    return [
        (where, name)
        for where, module in code.modules.items()
        for name, function in module.functions.items()
        if "login_not_required" in {ast.unparse(one) for one in function.decorator_list}
        and "SignedInRequest" in ast.unparse(function.args)
    ]


def test_actions_questions_and_mails_name_what_they_are_about() -> None:
    code = house()
    assert len(asked_modules(code)) > 40
    assert set(bare(code)) == set(ANYTHING)


def test_a_view_for_everybody_promises_no_reader() -> None:
    assert opens_to_all(house()) == []


def test_what_is_looked_for_is_found() -> None:
    """The reading itself: one function of each sort."""
    text = """
from typing import Any

def verb(*, trip: Any, by: "User") -> list[Any]: ...
def quiet(trip: Trip, facts: dict[str, Any], *rest: object, by, seen: Any | None = None) -> None: ...
def _own(anything: Any) -> Any: ...
def fine(*, trip: Trip, by: User | AnonymousUser) -> dict[str, Any] | None: ...

@login_not_required
@require_safe
def page(request: SignedInRequest, by: User) -> HttpResponse: ...
"""
    code = Code({"room.permissions": text})
    assert [(name, what) for _where, name, what in bare(code)] == [
        ("verb", "trip"),
        ("verb", "return"),
        ("quiet", "by"),
        ("quiet", "seen"),
    ]
    assert opens_to_all(code) == [("room.permissions", "page")]


def test_mypy_reads_everything_but_what_is_named() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    demands = {
        name: told.pop(name)
        for name in ("check_untyped_defs", "disallow_incomplete_defs", "disallow_untyped_defs", "strict_equality")
    }
    assert set(demands.values()) == {True}
    assert told.pop("packages") == list(WINGS)
    overrides = told.pop("overrides")
    for neutral in ("python_version", "plugins", "warn_redundant_casts", "warn_unused_ignores"):
        told.pop(neutral)
    assert set(told) == set(LET_OFF)
    assert told["disable_error_code"] == ["attr-defined"]
    assert told["exclude"] == ["/migrations/"]
    # The only override asks more: nothing is let off for one module.
    assert overrides == [{"module": ["exchange.fields", "*.models", "*.models.*"], "strict_optional": True}]


def test_lines_that_mypy_passes_over_are_counted() -> None:
    found: dict[tuple[str, str], int] = {}
    for wing in WINGS:
        for path in sorted((ROOT / wing).rglob("*.py")):
            for codes in re.findall(r"# type: ignore(?:\[(.*?)\])?", path.read_text()):
                key = (path.relative_to(ROOT).as_posix(), codes)
                found[key] = found.get(key, 0) + 1
    assert found == IGNORED
