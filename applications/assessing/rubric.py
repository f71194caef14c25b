"""The rubric: what applications are read for. The usual criteria as data, and what a trip's rubric still misses."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Criterion
from exchange.trips.checklist import Missing
from exchange.trips.lifecycle import TeamRole

LEVELS = (1, 2, 3, 4, 5)
FULL = 100
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Usual:
    """A criterion as most trips have it: its weight, its name and its five anchors, each Dutch and English."""

    key: str
    weight: int
    name: Pair
    anchors: tuple[Pair, Pair, Pair, Pair, Pair]


DEFAULTS = (
    Usual(
        "motivation",
        25,
        ("Motivatie", "Motivation"),
        (
            ("Wil graag mee; waarom deze reis blijft open", "Would like to come; why this trip stays open"),
            ("Noemt het thema, zonder het eigen werk", "Names the theme, without the own work"),
            ("Koppelt het thema aan het eigen werk", "Ties the theme to the own work"),
            ("Laat met een voorbeeld zien wat nu schuurt", "Shows with an example what is hard today"),
            (
                "Laat zien wat schuurt, wat al is geprobeerd en wat deze reis toevoegt",
                "Shows what is hard, what was tried, and what this trip adds",
            ),
        ),
    ),
    Usual(
        "goals",
        25,
        ("Leerdoelen", "Learning goals"),
        (
            ("Een reisdoel, geen leerdoel", "A travel goal, not a learning goal"),
            ("Het onderwerp is duidelijk, wat de persoon wil kunnen niet", "The subject is clear, the ability is not"),
            ("Het doel is helder, maar niet waarneembaar", "The goal is clear, but nobody could observe it"),
            ("Waarneembaar en haalbaar", "Observable and within reach"),
            (
                "Waarneembaar, haalbaar en gekoppeld aan een vraag van de school",
                "Observable, within reach and tied to a question of the school",
            ),
        ),
    ),
    Usual(
        "proactive",
        15,
        ("Pro-actieve houding", "Pro-active attitude"),
        (
            ("Noemt geen eigen initiatief", "Names no initiative of the own"),
            ("Noemt een goed voornemen", "Names a good intention"),
            ("Zette zelf iets kleins in gang", "Set something small in motion"),
            ("Zette iets in gang en maakte het af", "Set something in motion and finished it"),
            ("Zette iets in gang waar anderen mee doorgingen", "Set something in motion that others carried on"),
        ),
    ),
    Usual(
        "spread",
        20,
        ("Verspreiden en inzetten", "Spread and use"),
        (
            ("Zegt niet met wie of hoe", "Does not say with whom or how"),
            ("Wil het delen, zonder plan", "Wants to share it, without a plan"),
            ("Noemt met wie en wanneer", "Names with whom and when"),
            ("Heeft een eerste stap afgesproken met collega’s", "Agreed on a first step with colleagues"),
            (
                "Sluit aan op iets wat op school al loopt, met wie het draagt",
                "Builds on what the school already does, with those who carry it",
            ),
        ),
    ),
    Usual(
        "backing",
        15,
        ("Akkoord van de leidinggevende", "Manager’s endorsement"),
        (
            ("Geen antwoord, of alleen een naam", "No answer, or only a name"),
            ("Akkoord zonder tijd of vervanging", "Endorsed without time or cover"),
            ("Akkoord, met de gevraagde uren", "Endorsed, with the hours that are asked"),
            ("Uren en vervanging zijn geregeld", "Hours and cover are arranged"),
            (
                "Uren, vervanging en wat de school met de opbrengst doet staan vast",
                "Hours, cover and what the school does with the results are settled",
            ),
        ),
    ),
)


def default_criteria() -> tuple[Usual, ...]:
    """The usual rubric; its weights sum to 100."""
    return DEFAULTS


def rubric_of(trip: Any) -> list[Criterion]:
    """The criteria of a trip with their anchors, in order; two queries."""
    return list(trip.criteria.prefetch_related("anchors"))


def weighted(levels: list[tuple[int, int]]) -> Decimal:
    """Σ(weight · level) / Σ weight over (weight, level) pairs, to two decimals, between 1 and 5."""
    weights = sum(weight for weight, _level in levels)
    total = Decimal(sum(weight * level for weight, level in levels)) / weights
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)


def mean(totals: list[Decimal]) -> Decimal | None:
    """The mean of the totals of finished assessments, to two decimals; None without any."""
    if not totals:
        return None
    return (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def checks_for_trip(trip: Any) -> Iterator[Missing]:
    """What the rubric and its readers still miss before the trip is announced."""
    page = reverse("applications:rubric", args=[trip.slug])
    criteria = rubric_of(trip)
    if not criteria:
        yield Missing(_("Make the rubric: what applications are read for."), page)
        return
    if (total := sum(criterion.weight for criterion in criteria)) != FULL:
        yield Missing(_("The weights of the rubric sum to %(total)s, not to 100.") % {"total": total}, page)
    if any(len(criterion.anchors.all()) < len(LEVELS) for criterion in criteria):
        yield Missing(_("Give every criterion five anchors."), page)
    reviewers = {member.user_id for member in trip.team.all() if member.role == TeamRole.REVIEWER}
    if len(reviewers) < trip.reviewers_each:
        text = ngettext(
            "The one reviewer that every application needs is not in the team.",
            "%(have)s of the %(need)s reviewers that every application needs are in the team.",
            trip.reviewers_each,
        )
        url = reverse("trips:members", args=[trip.slug])
        yield Missing(text % {"have": len(reviewers), "need": trip.reviewers_each}, url, blocks=False)
