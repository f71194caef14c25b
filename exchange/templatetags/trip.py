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
from exchange.trips.lifecycle import ORDER, Phase, TeamRole, phase, remark
from exchange.trips.models import TeamMember, Trip
from exchange.trips.permissions import can_take_lead, looking_hats
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
#: Pages that are nothing but a form of the lead.
DECIDES = frozenset({Hat.LEAD})
#: The menu of a team: key, address, label, whose, and the phase from which it means something.
TEAM_NAV = (
    ("overview", "trips:team", gettext_lazy("Overview"), ALL, Phase.PLANNING),
    ("edit", "trips:edit", gettext_lazy("Facts and dates"), DECIDES, Phase.PLANNING),
    ("programme", "trips:programme", gettext_lazy("Programme"), TEAM, Phase.PLANNING),
    ("hosts", "trips:hosts", gettext_lazy("Hosts"), TEAM, Phase.PLANNING),
    ("meetings", "trips:meetings", gettext_lazy("Meetings"), TEAM, Phase.PLANNING),
    ("members", "trips:members", pgettext_lazy("of a trip", "Team"), TEAM, Phase.PLANNING),
    ("rubric", "applications:rubric", gettext_lazy("Rubric"), LEAD, Phase.PLANNING),
    ("conditions", "applications:conditions", gettext_lazy("Conditions"), LEAD, Phase.PLANNING),
    ("means", "trips:means", gettext_lazy("Cost and hours"), TEAM, Phase.PLANNING),
    ("applications", "applications:list", gettext_lazy("Applications"), TEAM, Phase.CALL),
    ("people", "applications:people", gettext_lazy("Who is how far"), TEAM, Phase.CALL),
    ("reviewers", "applications:reviewers", gettext_lazy("Reviewers"), LEAD, Phase.CALL),
    ("selection", "applications:selection", gettext_lazy("Selection"), LEAD, Phase.CALL),
    ("late", "applications:late", gettext_lazy("After closing"), TEAM, Phase.SELECTION),
    ("reserve", "applications:reserve", gettext_lazy("Reserve list"), LEAD, Phase.PREPARATION),
    ("travellers", "trips:travellers", gettext_lazy("Travellers"), TEAM, Phase.PREPARATION),
    ("goals", "evaluations:goals", gettext_lazy("Goals"), TEAM, Phase.PREPARATION),
    ("attendance", "trips:attendance", gettext_lazy("Attendance"), TEAM, Phase.PREPARATION),
    ("schools", "applications:schools", gettext_lazy("What the schools promised"), LEAD, Phase.PREPARATION),
    ("evenings", "evaluations:evenings", gettext_lazy("Evenings"), TEAM, Phase.TRAVELLING),
    ("presentations", "evaluations:presentations", gettext_lazy("Presentations"), TEAM, Phase.TRAVELLING),
    ("certificates", "certificates:team", gettext_lazy("Certificates"), TEAM, Phase.TRAVELLING),
    ("levels", "evaluations:levels", gettext_lazy("Confirm levels"), TEAM, Phase.RETURN),
    ("outcomes", "evaluations:outcomes", gettext_lazy("Outcomes"), TEAM, Phase.RETURN),
    ("report", "impact:team", gettext_lazy("Report"), LEAD, Phase.RETURN),
    ("mail", "outbox:list", gettext_lazy("Mail"), LEAD, Phase.PLANNING),
    ("history", "history:trip", gettext_lazy("History"), LEAD, Phase.PLANNING),
)
#: The same phase as its place in the order of time.
SINCE = {key: ORDER.index(since) for key, _name, _label, _whose, since in TEAM_NAV}
#: What stands in the row, in this order, because it is what a phase is about; the rest is under "More".
IN_THE_ROW = {
    Phase.PLANNING: "overview edit programme hosts meetings rubric",
    Phase.CALL: "overview applications people reviewers programme meetings",
    Phase.SELECTION: "overview applications reviewers selection late programme",
    Phase.PREPARATION: "overview travellers reserve goals meetings programme",
    Phase.TRAVELLING: "overview programme evenings travellers attendance goals",
    Phase.RETURN: "overview travellers goals presentations levels certificates",
    Phase.FOLLOW_UP: "overview goals levels outcomes certificates report",
    Phase.CLOSED: "overview report outcomes certificates travellers",
    Phase.CANCELLED: "overview applications mail history",
}


def came_to(trip: Trip, at: Phase) -> Phase:
    """The furthest phase of a trip whose pages mean something; of a cancelled one how far it had come."""
    if at is not Phase.CANCELLED:
        return at
    return Phase.PREPARATION if trip.published_at else Phase.SELECTION if trip.announced_at else Phase.PLANNING


@register.inclusion_tag("components/team_nav.html", takes_context=True)
def team_nav(context: Context, trip: Any) -> dict[str, Any]:
    """Where somebody of the team can go, by what they do in it and where the trip stands; and always where they are."""
    request, now = context["request"], context.get("now") or clock.now()
    hats, at = looking_hats(request.user, trip), phase(trip, now)
    far = ORDER.index(came_to(trip, at))
    found: dict[str, dict[str, Any]] = {}
    for key, name, label, whose, _since in TEAM_NAV:
        link = link_to(request, name, (trip.slug,), label, exact=True) if whose & hats else None
        if link:
            link["on"] = link["on"] or context.get("active") == key
            if SINCE[key] <= far or link["on"]:
                found[key] = link
    row = [found.pop(key) for key in IN_THE_ROW[at].split() if key in found]
    # What came last is nearest.
    more = [found[key] for key in sorted(found, key=lambda key: -SINCE[key])]
    chosen = next((link["label"] for link in more if link["on"]), "")
    return {"links": row, "more": more, "chosen": chosen}


@register.inclusion_tag("components/step_in.html", takes_context=True)
def step_in(context: Context, trip: Trip | None = None) -> dict[str, Any]:
    """To an administrator who is not lead: who decides about the trip of this page, and how to step in."""
    user, match = context["user"], context["request"].resolver_match
    if not (user.is_authenticated and user.is_administrator):
        return {}
    trip = trip or Trip.objects.filter(slug=match.kwargs.get("slug", "") if match else "").first()
    if trip is None or trip.pk in user.leads:
        return {}
    leads = (
        TeamMember.objects.filter(trip=trip, role=TeamRole.LEAD, user__is_active=True)
        .select_related("user")
        .order_by("given_at", "pk")
    )
    names = ", ".join(str(member.user) for member in leads)
    return {"trip": trip, "leads": names, "may": can_take_lead(user, trip)}


@register.filter
def has_team_role(user: User, role: str) -> bool:
    """Whether somebody is lead, reviewer or companion of any trip."""
    return any(member.role == role for member in user.teams)


PHASE_SHAPES = {Phase.CLOSED: "ok", Phase.CANCELLED: "bar", Phase.PLANNING: "off"}


@register.simple_tag(takes_context=True)
def phase_badge(context: Context, trip: Any) -> str:
    """The phase of a trip, with a remark when it is late; of one that was announced the day on which it opens."""
    now = context.get("now") or clock.now()
    at, more = phase(trip, now), remark(trip, now)
    if more and at is Phase.PLANNING:
        return badge(more.shape, more.text)
    shown = badge(PHASE_SHAPES.get(at, "now"), at.label)
    return format_html("{} {}", shown, badge(more.shape, more.text)) if more else shown


@register.inclusion_tag("components/timeline.html")
def timeline(trip: Any, now: datetime, shape: str = "horizontal") -> dict[str, Any]:
    """The thread through the phases of a trip; planning is one of them until the trip is announced."""
    found = steps(trip, now, planning=not trip.announced_at)
    return {"steps": found, "vertical": shape == "vertical"}


register.filter("dialled", dialled)
