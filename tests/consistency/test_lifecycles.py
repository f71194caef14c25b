"""Every life cycle is whole: each state has a label, a shape, and a way out or a reason why there is none."""

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

import applications
import evaluations
import exchange
from applications.lifecycle import ANSWERED, BACKED, KIND_SHAPES, STAGE_SHAPES, UNDECIDED, Stage
from applications.models import Line
from evaluations.lifecycle import ACTION, LEAST, LOW_MOODS, MOOD_SHAPES, steps
from exchange.lifecycle import Hat, Lifecycle, State
from exchange.people.lifecycle import ROLE_SENTENCES, Role
from exchange.trips.lifecycle import ORDER, TEAM_SENTENCES, Phase, TeamRole
from exchange.trips.permissions import HAT_OF

#: The shapes that components/badge knows.
SHAPES = {"ok", "wait", "now", "off", "err", "bar"}


def lives() -> dict[str, Lifecycle]:
    """Every life cycle that a lifecycle.py defines, by name."""
    found = {}
    for package in (exchange, applications, evaluations):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.endswith(".lifecycle") or ".management." in info.name:
                continue
            values = vars(importlib.import_module(info.name)).values()
            found |= {life.name: life for life in values if isinstance(life, Lifecycle)}
    return found


LIVES = lives()
STATES = [(life, state) for life in LIVES.values() for state in life.states]


def ours() -> list[type[models.Model]]:
    """The models of this house."""
    wings = ("exchange", "applications", "evaluations")
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in wings]


def choices() -> list[type[models.Choices]]:
    """Every list of codes that a lifecycle.py defines."""
    found = {}
    for package in (exchange, applications, evaluations):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name.endswith(".lifecycle") and ".management." not in info.name:
                values = vars(importlib.import_module(info.name)).values()
                found |= {one.__name__: one for one in values if isinstance(one, type) and one.__module__ == info.name}
    return [one for one in found.values() if issubclass(one, models.Choices)]


def test_the_lives_are_found() -> None:
    ours = (
        "trip participation application admission endorsement assessment decision offer action certificate message job"
    )
    assert set(LIVES) == set(ours.split())


@pytest.mark.parametrize(("life", "state"), STATES, ids=[f"{life.name}-{state.value}" for life, state in STATES])
def test_a_state_has_a_label_a_shape_and_a_way_out_or_a_reason(life, state) -> None:
    labels = set()
    for language in ("nl", "en"):
        with override(language):
            labels.add(str(state.label))
    assert "" not in labels
    assert state.shape in SHAPES
    leaving = [one for one in life.transitions if state.value in one.sources and one.target != state.value]
    assert leaving or state.final, "a state either goes on or says why not"
    # What the house alone may undo can still be the end for people.
    if any(one.by != {Hat.HOUSE} for one in leaving):
        assert not state.final, "who may go on is not told that this is the end"


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_transitions_join_states_that_exist_and_are_somebodys(life) -> None:
    known = {state.value for state in life.states}
    assert len(life.by_value) == len(life.states)
    assert len(life.by_name) == len(life.transitions)
    for transition in life.transitions:
        assert {*transition.sources, transition.target} <= known
        assert transition.sources
        assert transition.by
        assert transition.by <= set(Hat)
        assert str(transition.label)


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_every_state_is_reached(life) -> None:
    reached, more = set(), {life.states[0].value}
    while more:
        reached |= more
        more = {t.target for t in life.transitions if reached & set(t.sources)} - reached
    assert reached == set(life.by_value)


def test_a_status_holds_what_its_life_says_and_starts_at_the_first() -> None:
    choices = {tuple(value for value, _label in life.choices()): life for life in LIVES.values()}
    for model in ours():
        for field in model._meta.get_fields():
            # A line repeats the status of an application, if there is one.
            if field.name == "status" and isinstance(field, models.CharField) and model is not Line:
                life = choices[tuple(value for value, _label in field.choices)]
                assert field.default == life.states[0].value, model


def test_every_stage_has_a_shape() -> None:
    assert set(STAGE_SHAPES) == set(Stage)
    assert set(STAGE_SHAPES.values()) <= SHAPES


def test_every_role_has_a_sentence_and_in_a_team_a_hat() -> None:
    assert set(Role) - ROLE_SENTENCES.keys() == set(), "roles in the alliance without a line in ROLE_SENTENCES"
    assert set(TeamRole) - TEAM_SENTENCES.keys() == set(), "roles in a team without a line in TEAM_SENTENCES"
    assert set(TeamRole) - HAT_OF.keys() == set(), "roles in a team without a line in HAT_OF"


# --- as a reader goes through them: from where to where, by whom, and what it is called -----------------

LIVES_TOLD = """
job
  waiting (wait): in de rij
  working (now): in de maak
  done (ok): gemaakt. Het kan worden opgehaald.
  failed (err): niet gemaakt
  claim: waiting working > working, house: oppakken
  retry: working > waiting, house: later proberen
  finish: working > done, house: afronden
  fail: working > failed, house: opgeven
  again: failed > waiting, administrator house lead: opnieuw vragen
message
  queued (wait): wacht
  sending (now): wordt verstuurd
  sent (ok): verstuurd
  failed (err): niet bezorgd
  cancelled (off): ingetrokken. Het was niet meer nodig.
  claim: queued > sending, house: oppakken
  sent: sending > sent, house: verstuurd
  retry: sending > queued, house: later proberen
  fail: sending > failed, house: opgeven
  bounce: sent > failed, house: terugkomen
  supersede: sending > cancelled, house: niet meer geldig
  resend: failed > queued, administrator lead: opnieuw insturen
  cancel: queued failed > cancelled, administrator house lead: intrekken
trip
  draft (off): niet aangekondigd
  announced (now): aangekondigd
  published (ok): selectie bekendgemaakt
  closed (ok): afgerond. De cyclus is rond.
  cancelled (off): geannuleerd. De reis gaat niet door.
  announce: draft > announced, lead: aankondigen
  publish: announced > published, lead: de selectie bekendmaken
  close: published > closed, lead: afronden
  cancel: draft announced published > cancelled, lead: annuleren
participation
  active (ok): reist mee
  cancelled (off): geannuleerd. De plaats is weer vrij.
  cancel: active > cancelled, lead owner: de plaats teruggeven
application
  draft (wait): concept
  submitted (ok): ingestuurd
  withdrawn (off): ingetrokken
  submit: draft > submitted, owner: insturen
  revise: submitted > submitted, owner: opnieuw insturen
  withdraw: submitted > withdrawn, owner: intrekken
  reinstate: withdrawn > submitted, owner: toch meedoen
  admit: draft > submitted, lead: een concept toelaten dat door de sluiting is overvallen
admission
  asked (wait): gevraagd
  admitted (ok): toegelaten. Het concept is ingestuurd zoals het er stond.
  extended (ok): kreeg meer tijd. De schrijver maakt het af en verstuurt het.
  declined (off): afgeslagen. Het team heeft besloten.
  admit: asked > admitted, lead: toelaten zoals het er staat
  extend: asked > extended, lead: meer tijd geven
  decline: asked > declined, lead: afslaan
endorsement
  asked (wait): gevraagd
  endorsed (ok): akkoord. De school heeft zich verbonden.
  conditions (ok): akkoord onder voorwaarden. De school heeft zich verbonden.
  refused (err): geen akkoord. De leidinggevende heeft besloten.
  not_me (wait): iemand anders moet antwoorden
  replaced (off): vervangen. Een nieuwer verzoek kwam ervoor in de plaats.
  endorse: asked > endorsed, endorser lead: akkoord geven
  endorse_with_conditions: asked > conditions, endorser lead: akkoord geven onder voorwaarden
  refuse: asked > refused, endorser: geen akkoord geven
  not_me: asked > not_me, endorser: iemand anders noemen
  replace: asked not_me > replaced, house lead owner: iemand anders vragen
  ask_again: endorsed conditions refused > replaced, house: opnieuw vragen
assessment
  assigned (wait): te lezen
  finished (ok): klaar
  recused (off): teruggegeven. De beoordelaar kent deze persoon.
  finish: assigned > finished, reviewer: afronden
  reopen: finished > assigned, reviewer: wijzigen
  recuse: assigned finished > recused, lead reviewer: Ik ken deze persoon
decision
  proposed (wait): voorgesteld
  published (ok): bekendgemaakt. De brieven zijn de deur uit.
  propose: proposed > proposed, lead: voorstellen
  publish: proposed > published, lead: bekendmaken
offer
  open (wait): aangeboden
  confirmed (ok): bevestigd. De plaats is bezet.
  declined (off): afgeslagen. De plaats ging naar iemand anders.
  retracted (off): teruggenomen. Het aanbod is teruggenomen.
  confirm: open > confirmed, owner: bevestigen
  decline: open > declined, owner: afslaan
  retract: open > retracted, house lead: terugnemen
certificate
  issued (ok): geldig
  revoked (err): ingetrokken. Het telt niet meer.
  revoke: issued > revoked, lead: intrekken
action
  planned (off): gepland
  begun (wait): bezig
  done (ok): gedaan
  changed (ok): anders gedaan
  dropped (off): niet doorgegaan
  begin: planned dropped > begun, companion lead owner: beginnen
  finish: planned begun changed > done, companion lead owner: gedaan
  change: planned begun done > changed, companion lead owner: anders gedaan
  drop: planned begun > dropped, companion lead owner: niet doorgaan
  reopen: done changed dropped > begun, companion lead owner: weer oppakken
"""


def told(life: Lifecycle) -> list[str]:
    """A life cycle in lines, as it stands above."""
    return [
        life.name,
        *(
            f"  {one.value} ({one.shape}): " + ". ".join(str(said) for said in (one.label, one.final) if said)
            for one in life.states
        ),
        *(
            f"  {one.name}: {' '.join(one.sources)} > {one.target}, {' '.join(sorted(one.by))}: {one.label}"
            for one in life.transitions
        ),
    ]


def test_nothing_moves_otherwise_than_it_is_told_here() -> None:
    """Codes stand in rows and in the history: whoever changes one writes a migration, and this line."""
    assert [line for life in LIVES.values() for line in told(life)] == LIVES_TOLD.strip().split("\n")


CODES_TOLD = """
Role
  coordinator: coördinator
  partner: partner
  administrator: beheerder
JobRole
  teacher: docent
  instructor: instructeur
  care_coach: zorgcoach
  policy_officer: beleidsmaker
  manager: leidinggevende
  director: directeur
  executive_board: college van bestuur
  caretaker: conciërge
  security_officer: beveiliger
  front_desk: baliemedewerker
  volunteer: vrijwilliger
  other: anders
TeamRole
  lead: projectleider
  reviewer: beoordelaar
  companion: begeleider
Phase
  planning: Ontwerp
  call: Oproep
  selection: Selectie
  preparation: Voorbereiding
  travelling: Reis
  return: Terugkomst
  follow_up: Borging
  closed: Afgerond
  cancelled: Geannuleerd
DecisionKind
  select: geplaatst
  reserve: reserve
  not_selected: niet geplaatst
Stage
  draft: Nog niet ingestuurd
  caught: Niet ingestuurd: de oproep is gesloten
  submitted: Ontvangen
  withdrawn: Ingetrokken
  in_selection: Wordt beoordeeld
  offered: Geplaatst: beantwoord het aanbod
  expired: Het aanbod is verlopen
  declined: Je hebt de plaats afgeslagen
  placed: Je hebt een plaats
  gave_back: Je hebt je plaats teruggegeven
  reserve: Reserve
  not_selected: Niet geplaatst
  cancelled: De reis gaat niet door
CertificateKind
  attendance: bewijs van deelname
  cycle: certificaat
Moment
  baseline: begin
  day: dag
  return: terugkomst
  one_year: na een jaar
Verdict
  keep: Houden zoals het is
  adapt: Aanpassen aan mijn school
  drop: Hier laten
Rung
  1: idee
  2: uitgeprobeerd
  3: ingevoerd in het team
  4: schoolbreed
  5: vastgelegd in beleid
Means
  team_meeting: teamoverleg
  training: training voor collega's
  lesson: les of module
  guideline: richtlijn of protocol
  conversation: gesprek met een partner
  material: poster, kaart of ander materiaal
  other: anders
Mood
  1: niet goed
  2: matig
  3: gaat wel
  4: goed
  5: heel goed
Agreement
  1: helemaal niet
  2: een beetje
  3: deels
  4: grotendeels
  5: helemaal
"""


def test_codes_in_the_database_stay_what_they_are() -> None:
    lines = []
    for one in choices():
        lines += [one.__name__, *(f"  {code}: {label}" for code, label in one.choices)]
    assert lines == CODES_TOLD.strip().split("\n")


def test_what_goes_with_the_codes() -> None:
    assert {hat.name: hat.value for hat in Hat} == {
        hat.upper(): hat
        for hat in "owner endorser reviewer companion lead coordinator partner administrator house".split()
    }
    assert ORDER == (
        Phase.PLANNING, Phase.CALL, Phase.SELECTION, Phase.PREPARATION, Phase.TRAVELLING, Phase.RETURN,
        Phase.FOLLOW_UP, Phase.CLOSED,
    )  # fmt: skip
    assert (BACKED, ANSWERED) == (("endorsed", "conditions"), ("endorsed", "conditions", "refused"))
    assert KIND_SHAPES == {"select": "ok", "reserve": "wait", "not_selected": "off"}
    assert STAGE_SHAPES == {
        "draft": "wait", "caught": "bar", "submitted": "ok", "withdrawn": "off", "in_selection": "now",
        "offered": "now", "expired": "bar", "declined": "off", "placed": "ok", "gave_back": "off", "reserve": "wait",
        "not_selected": "bar", "cancelled": "bar",
    }  # fmt: skip
    assert (MOOD_SHAPES, LOW_MOODS) == ({1: "err", 2: "wait", 3: "off", 4: "ok", 5: "ok"}, (1, 2))
    assert (UNDECIDED, LEAST) == ("none", 5)
    assert State("x", "x").shape == "off"


def test_an_action_goes_on_from_each_state_to_these() -> None:
    assert {state.value: steps(state.value) for state in ACTION.states} == {
        "planned": {"begun": "begin", "done": "finish", "changed": "change", "dropped": "drop"},
        "begun": {"done": "finish", "changed": "change", "dropped": "drop"},
        "done": {"changed": "change", "begun": "reopen"},
        "changed": {"done": "finish", "begun": "reopen"},
        "dropped": {"begun": "begin"},
    }
