import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

EVERY_METHOD = ["GET", "HEAD", "POST"]


def routes(resolver: URLResolver | None = None, prefix: str = "", namespace: str = "") -> Iterator[dict[str, Any]]:
    """Every address the house answers on, in the order in which it is looked up."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            yield {
                "name": f"{namespace}{entry.name}" if entry.name else "",
                "pattern": "/" + pattern.lstrip("^/"),
                "methods": methods(entry.callback),
                "public": not getattr(entry.callback, "login_required", True),
            }


def methods(view: Callable[..., Any]) -> list[str]:
    """What a view answers to: `require_http_methods` keeps its list in a closure, a class keeps handlers."""
    owner = getattr(view, "view_class", None)
    if owner:
        answered = {word.upper() for word in owner.http_method_names if word != "options" and hasattr(owner, word)}
        return sorted(answered | {"HEAD"} if "GET" in answered else answered)
    inner: Any = view
    while inner is not None:
        cells = getattr(inner, "__closure__", None) or ()
        for name, cell in zip(getattr(inner, "__code__", None).co_freevars if cells else (), cells, strict=True):
            if name == "request_method_list":
                return sorted(cell.cell_contents)
        inner = getattr(inner, "__wrapped__", None)
    return EVERY_METHOD


class Command(BaseCommand):
    help = "List every address: its name, pattern, methods and whether it is public."
    requires_system_checks: list[str] = []  # the addresses are the same whatever the settings

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of objects instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(routes())
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=1))
            return
        for route in found:
            access = "public" if route["public"] else "sign-in"
            self.stdout.write(f"{access:8} {','.join(route['methods']):16} {route['pattern']}  {route['name']}")
