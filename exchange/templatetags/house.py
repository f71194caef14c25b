"""The few tags and filters every template may use; how things are written stands in exchange.words."""

import json
from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from exchange import asked, carry_on, clock
from exchange.addresses import address
from exchange.context import colours
from exchange.people.second_step import can_have_keys, owed
from exchange.privacy.declared import KINDS
from exchange.signs import badge, icon, said
from exchange.words import (
    clock_time,
    day,
    day_month,
    day_short,
    days_until,
    device,
    duration,
    is_past,
    lasting,
    level,
    milliseconds,
    moment,
    moment_short,
    money,
    number,
    one_or_more,
    period,
    plain,
)

register = template.Library()

#: What is written and drawn elsewhere the same way, by the same names.
for word in (
    plain,
    device,
    number,
    one_or_more,
    money,
    level,
    day,
    day_short,
    day_month,
    period,
    clock_time,
    moment,
    moment_short,
    days_until,
    duration,
    lasting,
    is_past,
):
    register.filter(word.__name__, word)
for sign in (said, icon, badge):
    register.simple_tag(sign)


class TokenNode(CsrfTokenNode):
    """Django's token, and whose page this is: what is parked goes back to that account only (exchange.carry_on)."""

    def render(self, context: Context) -> str:
        token, reader = super().render(context), getattr(context.get("request"), "user", None)
        return token + (carry_on.field(reader) if token and reader else "")


@register.tag
def csrf_token(parser: template.base.Parser, token: template.base.Token) -> TokenNode:
    """In the place of Django's, in every template: no form can forget it."""
    return TokenNode()


@register.simple_tag
def kept_for(name: str) -> str:
    """How long something is kept, by the declaration: `{% kept_for "selection" as time %}`, for a sentence."""
    return duration(next(keep.days for keep in KINDS if keep.name == name))


@register.simple_tag
def countdown(target: datetime, now: datetime | None = None) -> str:
    """How long until a moment: in days; in its last two days the page counts hours, minutes and seconds.

    It is told the server's time: devices are often wrong.
    """
    now = now or clock.now()
    return format_html(
        '<span data-until="{}" data-server-now="{}" data-hours="{}" data-minutes="{}" data-over="{}">{}</span>',
        milliseconds(target),
        milliseconds(now),
        _("# hours and ## minutes left"),
        _("# minutes and ## seconds left"),
        _("the call has closed"),
        days_until(target, now),
    )


@register.simple_tag(takes_context=True)
def second_step(context: Context) -> dict[str, Any]:
    """Whether the reader owes a second step, and what was typed that waits for it."""
    request = context["request"]
    return {"owed": owed(request.user), "parked": carry_on.parked(request), "keys": can_have_keys()}


@register.inclusion_tag("components/typed_in_vain.html", takes_context=True)
def typed_in_vain(context: Context) -> dict[str, Any]:
    """On a page that refuses: what its reader typed, to be copied."""
    return {"said": asked.typed_in_vain(context["request"])}


# --- parts of a page ------------------------------------------------------------------------------


@register.simple_tag
def status(life: Any, obj: Any) -> str:
    """The state an object is in, by its life cycle."""
    state = life.state(obj)
    return badge(state.shape, state.label)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The colours the reader chose on this device; without a choice the system decides."""
    request = context.get("request")
    chosen = "dark" if context.get("dark") else colours(request) if request else ""
    return format_html(' data-bs-theme="{}"', chosen) if chosen else ""


def link_to(request: Any, name: str, args: tuple[Any, ...], label: Any, exact: bool = False) -> dict[str, Any] | None:
    """A link for a menu, marked when the reader is there; None when the house has no such address."""
    try:
        url = address(name, *args)
    except NoReverseMatch:
        return None
    path = request.path if request else ""
    here = path == url
    return {
        "url": url,
        "label": label,
        "on": here or (not exact and path.startswith(url)),
        "current": "page" if here else "true",
    }


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: Any, exact: bool = False) -> str:
    """A link in a menu."""
    link = link_to(context.get("request"), name, (), label, exact)
    if not link:
        return ""
    if link["on"]:
        return format_html('<a href="{url}" class="on" aria-current="{current}">{label}</a>', **link)
    return format_html('<a href="{url}">{label}</a>', **link)


@register.simple_tag(takes_context=True)
def include_section(context: Context, section: Any, name: str) -> str:
    """A part of the home page, in its own template with its own context (and the page's)."""
    with context.push(section=section, **section.context):
        return context.template.engine.get_template(name).render(context)


@register.filter
def anchor(field: Any) -> str:
    """Where a link to a form field must lead: its control, or the first of its choices."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def attr(value: Any, name: str) -> Any:
    """`{{ row|attr:"name" }}`: an entry of a dict or an attribute whose name is known only here."""
    if isinstance(value, dict):
        return value.get(name)
    return getattr(value, name, None)


@register.filter
def as_linked_data(facts: Any) -> SafeString:
    """A block of data for search engines; nothing in it can end the block."""
    text = json.dumps(facts, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 -- signs that end it are gone
