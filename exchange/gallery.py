"""Every component on one page, for those who build."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from exchange import clock, signs
from exchange.dashboard import Todo
from exchange.forms import DayField, LevelField, OwnWords
from exchange.tables import Table

WORDS = [
    "Ik stuur door en ben er niet bij",
    "Ik doe mee, een collega leidt het gesprek",
    "Ik leid het gesprek zelf, drie keer vóór de zomer",
    "Ik doe het geregeld, zonder kaart en zonder hulp",
    "Ik leer collega’s het gesprek, en zij doen het zelf",
]


class SampleForm(forms.Form):
    """One field of every sort, one of them wrong."""

    email = forms.EmailField(label="E-mail van je leidinggevende", help_text="Wij mailen een vraag om akkoord.")
    departs = DayField(label="Datum van vertrek")
    role = forms.ChoiceField(label="Functie", choices=[("t", "docent"), ("c", "zorgcoach"), ("s", "beveiliger")])
    take = forms.CharField(
        label="Wat neem je mee?",
        help_text="Schrijf niets waaraan een student te herkennen is.",
        max_length=400,
        widget=OwnWords(rows=2),
    )
    level = LevelField(label="Waar sta je nu?", words=WORDS, lang="nl", unknown=True)
    keep = forms.ChoiceField(
        label="Kun je dit thuis gebruiken?",
        choices=[("k", "Houden zoals het is"), ("a", "Aanpassen aan mijn school"), ("d", "Hier laten")],
        widget=forms.RadioSelect,
    )
    tags = forms.MultipleChoiceField(
        label="Waar hoort dit bij?",
        required=False,
        choices=[("p", "voorkomen"), ("a", "aanpak"), ("n", "netwerk")],
        widget=forms.CheckboxSelectMultiple,
    )
    consent = forms.BooleanField(label="Mijn citaat mag in het rapport. Ik kan dat altijd intrekken.", required=False)

    def clean_departs(self) -> date:
        raise forms.ValidationError("Kies een dag na vandaag.")


class SampleTable(Table):
    """A table as the team sees it."""

    name = tables.Column(verbose_name="Aanmelding", linkify=lambda: "#")
    role = tables.Column(verbose_name="Functie")
    endorsed = tables.Column(verbose_name="Akkoord", orderable=False)
    score = tables.Column(verbose_name="Score", attrs={"th": {"class": "num"}, "td": {"class": "num"}})

    class Meta:
        order_by = "-score"
        empty_text = "Nog geen aanmeldingen. De oproep opent op 4 januari."

    def render_endorsed(self, value: str) -> str:
        return signs.badge(value, "Gegeven" if value == "ok" else "Gevraagd")


def people() -> list[dict[str, Any]]:
    """Three invented applicants."""
    return [
        {"name": "Samira el Idrissi", "role": "zorgcoach", "endorsed": "ok", "score": 4.6},
        {"name": "Ruud Smeets", "role": "beveiliger", "endorsed": "ok", "score": 4.5},
        {"name": "Anneke Post", "role": "docent", "endorsed": "wait", "score": None},
    ]


def sample_trip() -> SimpleNamespace:
    """A trip in preparation, in no database."""
    today = clock.today()
    return SimpleNamespace(
        announced_at=clock.now() - timedelta(90),
        opens_at=clock.now() - timedelta(80),
        closes_at=clock.now() - timedelta(50),
        published_at=clock.now() - timedelta(30),
        letters_on=None,
        closed_at=None,
        cancelled_at=None,
        departs_on=today + timedelta(22),
        returns_on=today + timedelta(25),
        return_meeting_on=today + timedelta(60),
        follow_up_on=today + timedelta(387),
        meetings=SimpleNamespace(all=list),
    )


@login_not_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The gallery."""
    typed: dict[str, Any] = {
        "email": "j.mulder@maasbrink.example",
        "departs": "2026-04-13",
        "role": "c",
        "level": "0",
        "keep": "k",
    }
    typed |= {"take": "Stil zijn. De trainer wachtte gewoon.", "tags": ["p"], "consent": "on"}
    table = SampleTable(people(), request=request)
    RequestConfig(request, paginate={"per_page": 2}).configure(table)
    steps: list[dict[str, str]] = [
        {"label": "Over jou", "state": "done", "url": "#"},
        {"label": "Motivatie", "state": "done", "url": "#"},
        {"label": "Leerdoelen", "state": "now"},
        {"label": "Nalezen", "state": ""},
    ]
    todo = Todo(
        "ETA en paspoort controleren",
        "Geldig tot en met 16 april.",
        "#",
        "Controleren",
        clock.today(),
        status="Nog niet klaar",
    )
    context = {
        "dark": request.GET.get("theme") == "dark",
        "form": SampleForm(typed),
        "table": table,
        "empty_table": SampleTable([], request=request),
        "steps": steps,
        "trip": sample_trip(),
        "todo": todo,
        "icons": signs.ICONS,
    }
    return render(request, "gallery.html", context)
