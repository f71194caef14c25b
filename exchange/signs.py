"""The little that is drawn beside words: icons, badges, and the language of a text that fell back to the other one."""

from functools import cache
from typing import Any

from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

ICONS: dict[str, tuple[str, ...]] = {
    "arrow": ("M3 10h13M11 5l5 5-5 5",),
    "back": ("M17 10H4M9 5l-5 5 5 5",),
    "tick": ("M3.500 10.500l4.300 4.300L16.500 6",),
    "alert": ("M10 2.500l8 14H2z", "M10 8v4M10 14.300v.2"),
    "info": ("M2.500 10a7.500 7.500 0 1 0 15 0a7.500 7.500 0 1 0-15 0", "M10 9v5M10 6v.3"),
    "menu": ("M3 6h14M3 14h14",),
    "plus": ("M10 4v12M4 10h12",),
    "minus": ("M4 10h12",),
    "down": ("M4 7l6 6 6-6",),
    "up-arrow": ("M10 16V4M6 8l4-4 4 4",),
    "down-arrow": ("M10 4v12M6 12l4 4 4-4",),
    "offline": ("M6 15.500a4 4 0 0 1-.5-7.950A5 5 0 0 1 15 8a3.800 3.800 0 0 1-.5 7.500", "M3 3l14 14"),
    "lock": ("M4.500 9h11v8h-11z", "M7 9V6.500a3 3 0 0 1 6 0V9"),
    "hidden": (
        "M3 3l14 14M8 5.300A8 8 0 0 1 18 10a9 9 0 0 1-2.300 3",
        "M5.500 6.500A9 9 0 0 0 2 10c1.500 3 4.500 5 8 5a8 8 0 0 0 2.500-.4",
    ),
    "download": ("M10 3v10M6 9l4 4 4-4M3 17h14",),
    "mail": ("M2.500 5h15v10.500h-15z", "M2.500 5.500l7.500 6 7.500-6"),
    "calendar": ("M3 4.500h14v12.500H3z", "M3 8.500h14M7 2.500v4M13 2.500v4"),
    "phone": ("M6.500 2.500h7v15h-7z", "M9 15h2"),
    "search": ("M3.500 9a5.500 5.500 0 1 0 11 0a5.500 5.500 0 1 0-11 0", "M13 13l4.500 4.500"),
    "copy": ("M7 7h10v10H7z", "M13 7V3H3v10h4"),
    "print": ("M5.500 7V3h9v4M5.500 14H3V7h14v7h-2.500M5.500 11.500h9V17h-9z",),
}
#: The five shapes of a status, and the bar for "not".
SHAPES = {
    "ok": '<circle class="f" cx="8" cy="8" r="7.5"/><path class="c" d="M4.5 8.300l2.400 2.400 4.600-4.900"/>',
    "now": '<circle cx="8" cy="8" r="6.5"/><circle class="f" cx="8" cy="8" r="3"/>',
    "wait": '<circle cx="8" cy="8" r="6.5"/><path class="f" d="M8 1.500a6.500 6.500 0 0 1 0 13z"/>',
    "off": '<circle cx="8" cy="8" r="6.5" stroke-dasharray="2.600 2.500"/>',
    "bar": '<circle cx="8" cy="8" r="6.5"/><path d="M4.500 8h7"/>',
    "err": '<path class="f" d="M8 .8l7.600 14.200H.4z"/><path class="c" d="M8 6v4M8 12v.6"/>',
}


def said(text: Any) -> str:
    """Print a text by the team; when it had to fall back to the other language, with its lang attribute."""
    lang = getattr(text, "lang", "")
    if lang and not (translation.get_language() or "").startswith(lang):
        return format_html('<span lang="{}">{}</span>', lang, text)
    return text


@cache
def icon(name: str) -> str:
    """A line drawing beside words; never alone."""
    paths = format_html_join("", '<path d="{}"/>', ((path,) for path in ICONS[name]))
    return format_html('<svg class="i" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', paths)


def badge(shape: str, label: Any) -> str:
    """A status: a shape and a word."""
    return SafeString(f"{drawn(shape)}<span>{conditional_escape(label)}</span></span>")


@cache
def drawn(shape: str) -> str:
    """A badge up to its word: our own constants, no user text."""
    return f'<span class="st st-{shape}"><svg viewBox="0 0 16 16" aria-hidden="true">{SHAPES[shape]}</svg>'
