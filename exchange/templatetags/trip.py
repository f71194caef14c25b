"""Tags about a trip: its phase, its timeline, the menu of its team."""

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext_lazy

from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.signs import badge
from exchange.templatetags.house import link_to
from exchange.trips.contact import contact_of
from exchange.trips.lifecycle import Phase, phase, remark
from exchange.trips.models import Trip
from exchange.trips.permissions import team_hats
from exchange.trips.timeline import steps
from exchange.words import dialled

register = template.Library()


@register.inclusion_tag("components/contact.html")
def contact(trip: Trip) -> dict[str, Any]:
    """Who answers questions about a trip."""
    return {"who": contact_of(trip)}


ALL = frozenset({Hat.LEAD, Hat.COMPANION, Hat.REVIEWER, Hat.ADMINISTRATOR})
TEAM = ALL - {Hat.REVIEWER}
LEAD = frozenset({Hat.LEAD, Hat.ADMINISTRATOR})
#: The menu of a team: key, address, label, whose, and whether it stands in the row or under "More".
TEAM_NAV = (
    ("overview", "trips:team", gettext_lazy("Overview"), ALL, True),
    ("programme", "trips:programme", gettext_lazy("Programme"), TEAM, True),
    ("applications", "applications:list", gettext_lazy("Applications"), TEAM, True),
    ("selection", "applications:selection", gettext_lazy("Selection"), LEAD, True),
    ("travellers", "trips:travellers", gettext_lazy("Travellers"), TEAM, True),
    ("evenings", "evaluations:evenings", gettext_lazy("Evenings"), TEAM, True),
    ("goals", "evaluations:goals", gettext_lazy("Goals"), TEAM, True),
    ("report", "impact:team", gettext_lazy("Report"), LEAD, True),
    ("edit", "trips:edit", gettext_lazy("Facts and dates"), LEAD, False),
    ("hosts", "trips:hosts", gettext_lazy("Hosts"), TEAM, False),
    ("meetings", "trips:meetings", gettext_lazy("Meetings"), TEAM, False),
    ("attendance", "trips:attendance", gettext_lazy("Attendance"), TEAM, False),
    ("members", "trips:members", pgettext_lazy("of a trip", "Team"), TEAM, False),
    ("means", "trips:means", gettext_lazy("Cost and hours"), TEAM, False),
    ("rubric", "applications:rubric", gettext_lazy("Rubric"), LEAD, False),
    ("conditions", "applications:conditions", gettext_lazy("Conditions"), LEAD, False),
    ("people", "applications:people", gettext_lazy("Who is how far"), TEAM, False),
    ("reviewers", "applications:reviewers", gettext_lazy("Reviewers"), LEAD, False),
    ("late", "applications:late", gettext_lazy("After closing"), TEAM, False),
    ("reserve", "applications:reserve", gettext_lazy("Reserve list"), LEAD, False),
    ("levels", "evaluations:levels", gettext_lazy("Confirm levels"), TEAM, False),
    ("presentations", "evaluations:presentations", gettext_lazy("Presentations"), TEAM, False),
    ("schools", "applications:schools", gettext_lazy("What the schools promised"), LEAD, False),
    ("outcomes", "evaluations:outcomes", gettext_lazy("Outcomes"), TEAM, False),
    ("certificates", "certificates:team", gettext_lazy("Certificates"), TEAM, False),
    ("mail", "outbox:list", gettext_lazy("Mail"), LEAD, False),
    ("history", "history:trip", gettext_lazy("History"), LEAD, False),
)


@register.inclusion_tag("components/team_nav.html", takes_context=True)
def team_nav(context: Context, trip: Any) -> dict[str, Any]:
    """Where somebody of the team can go, by what they do in it."""
    request = context["request"]
    hats = team_hats(request.user, trip)
    row: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for key, name, label, whose, first in TEAM_NAV:
        link = link_to(request, name, (trip.slug,), label, exact=True) if whose & hats else None
        if link:
            link["on"] = link["on"] or context.get("active") == key
            (row if first else more).append(link)
    chosen = next((link["label"] for link in more if link["on"]), "")
    return {"links": row, "more": more, "chosen": chosen}


@register.filter
def has_team_role(user: User, role: str) -> bool:
    """Whether somebody is lead, reviewer or companion of any trip."""
    return any(member.role == role for member in user.teams)


PHASE_SHAPES = {Phase.CLOSED: "ok", Phase.CANCELLED: "bar", Phase.PLANNING: "off"}


@register.simple_tag(takes_context=True)
def phase_badge(context: Context, trip: Any) -> str:
    """The phase of a trip, with a remark when it is late."""
    now = context.get("now") or clock.now()
    at, more = phase(trip, now), remark(trip, now)
    shown = badge(PHASE_SHAPES.get(at, "now"), at.label)
    if more is None:
        return shown
    return format_html("{} {}", shown, badge(more.shape, more.text))


@register.inclusion_tag("components/timeline.html")
def timeline(trip: Any, now: datetime, shape: str = "horizontal") -> dict[str, Any]:
    """The thread through the phases of a trip; the team's own pages show planning too while it lasts."""
    found = steps(trip, now, planning=phase(trip, now) is Phase.PLANNING)
    return {"steps": found, "vertical": shape == "vertical"}


register.filter("dialled", dialled)
