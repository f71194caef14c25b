"""The few tags and filters every template may use."""

from typing import Any

from django import template
from django.utils import translation
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def said(text: Any) -> str:
    """Print a text by the team; when it had to fall back to the other language, with its lang attribute."""
    lang = getattr(text, "lang", "")
    if lang and not (translation.get_language() or "").startswith(lang):
        return format_html('<span lang="{}">{}</span>', lang, text)
    return text
