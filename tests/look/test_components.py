"""What the components print."""

import re
import uuid

import django_tables2 as tables
import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from exchange import signs
from exchange.addresses import address, row_address
from exchange.forms import LevelField, OwnWords
from exchange.tables import Table
from exchange.trips.lifecycle import PARTICIPATION, Phase
from exchange.trips.models import Participation
from tests import world


def printed(source: str, **context: object) -> str:
    """A template, rendered; runs of white space count as one."""
    request = RequestFactory().get("/here/")
    return re.sub(r"\s+", " ", engines["django"].from_string(source).render(context, request)).strip()


class Question(forms.Form):
    """A little of everything."""

    name = forms.CharField(label="Naam", help_text="Zoals op papier.", max_length=5)
    story = forms.CharField(label="Verhaal", widget=OwnWords(rows=3), max_length=300, required=False)
    kind = forms.ChoiceField(label="Soort", choices=[("a", "Eén"), ("b", "<Twee>")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Akkoord")


# --- fields ---------------------------------------------------------------------------------------


def test_label_hint_message_control_in_that_order():
    html = str(Question({"name": "te lang"}, auto_id="id_%s")["name"].as_field_group())
    places = [html.index(part) for part in ('for="id_name"', "Zoals op papier.", "te lang", "<input")]
    assert html.count("<label") == 1
    assert 'class="field err"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert places[:2] + places[3:] == sorted(places[:2] + places[3:])
    assert html.index('id="id_name_error"') < html.index("<input")


def test_everything_typed_is_still_there_and_escaped():
    html = str(Question({"name": '"><script>', "story": "</textarea><b>"}))
    assert "<script>" not in html
    assert "</textarea><b>" not in html
    assert "&lt;/textarea&gt;&lt;b&gt;" in html


def test_a_choice_is_a_group_with_a_legend():
    html = str(Question()["kind"].as_field_group())
    assert re.match(r'<fieldset class="field"\s*><legend class="form-label">Soort\s*</legend>', html)
    assert html.count('type="radio"') == 2
    assert 'for="id_kind_1"' in html
    assert "&lt;Twee&gt;" in html


def test_a_list_of_choices_marks_the_chosen_one_and_keeps_its_groups():
    choices = [("", "---------"), ("Soort", [(1, "<Eén>"), ("b", "Twee")])]
    html = forms.Select(choices=choices, attrs={"id": "x", "required": True, "hidden": False}).render("kind", 1)
    assert re.sub(r"\s+", " ", re.sub(r"\s*([<>])\s*", r"\1", html)) == (
        '<select name="kind" id="x" required><option value="">Kies…</option><optgroup label="Soort">'
        '<option value="1" selected>&lt;Eén&gt;</option><option value="b">Twee</option></optgroup></select>'
    )


def test_a_tick_has_its_label_behind_it():
    html = str(Question()["agree"].as_field_group())
    assert html.index('type="checkbox"') < html.index('<label for="id_agree">Akkoord</label>')


def test_what_may_stay_empty_says_so():
    form = Question()
    assert "(mag leeg)" in form["story"].as_field_group()
    assert "(mag leeg)" not in form["name"].as_field_group()


def test_own_words_stand_in_the_serif_with_a_count_and_are_never_cut_off():
    html = str(Question()["story"])
    assert 'class="own-words"' in html
    assert 'data-max="300"' in html
    assert "maxlength" not in html  # a browser would cut a pasted text without a word
    assert "hooguit 300 tekens" in html


def test_a_line_break_counts_once():
    form = Question({"name": "Sam", "kind": "a", "agree": "on", "story": "a\r\n" * 150})
    assert form.is_valid()
    assert form.cleaned_data["story"] == ("a\n" * 150).strip()


def test_the_summary_leads_to_each_field():
    html = printed("{{ form }}", form=Question({"name": "te lang"}))
    assert "Kijk nog eens naar 3 antwoorden" in html
    assert re.findall(r'<li><a href="#([^"]+)"', html) == ["id_name", "id_kind_0", "id_agree"]
    assert 'role="alert"' in html


def test_one_mistake_is_one_answer():
    html = printed("{{ form }}", form=Question({"name": "te lang", "kind": "a", "agree": "on"}))
    assert "Kijk nog eens naar één antwoord" in html


def test_a_fresh_form_has_no_summary():
    assert "errsum" not in printed("{{ form }}", form=Question())


def test_what_concerns_the_whole_form_stands_in_the_summary():
    form = Question({"name": "Sam", "kind": "a", "agree": "on"})
    form.add_error(None, "Dit kan niet samen.")
    html = printed("{{ form }}", form=form)
    assert "<li>Dit kan niet samen.</li>" in html
    assert "Dit klopt nog niet" in html


def test_rows_of_a_formset_are_numbered():
    rows = forms.formset_factory(Question, extra=2)()
    html = printed("{{ rows }}", rows=rows)
    assert re.findall(r"<legend>([^<]+)</legend>", html) == ["Rij 1", "Rij 2"]
    assert "TOTAL_FORMS" in html


# --- levels ---------------------------------------------------------------------------------------


class LevelForm(forms.Form):
    level = LevelField(label="Waar sta je nu?", words=["a", "b", "<c>", "d", "e"], lang="nl", unknown=True)


def test_the_scale_has_five_levels_and_a_way_out():
    html = str(LevelForm({"level": "1"})["level"])
    assert re.findall(r'value="([^"]*)"', html) == ["-2", "-1", "0", "1", "2", ""]
    assert re.search(r'value="1"[^>]* checked', html)
    assert [label for label in ("−2", "−1", "+1", "+2") if label in html] == ["−2", "−1", "+1", "+2"]
    assert '<span class="own" lang="nl">&lt;c&gt;</span>' in html


@pytest.mark.parametrize(("typed", "level"), [("-2", -2), ("0", 0), ("2", 2), ("", None)])
def test_a_level_is_a_whole_number_or_not_known(typed, level):
    form = LevelForm({"level": typed})
    assert form.is_valid()
    assert form.cleaned_data["level"] == level


@pytest.mark.parametrize("typed", ["3", "x", "0.5"])
def test_no_other_levels(typed):
    assert not LevelForm({"level": typed}).is_valid()


# --- status, icon, link ---------------------------------------------------------------------------


@pytest.mark.parametrize("shape", signs.SHAPES)
def test_a_status_is_a_shape_and_a_word(shape):
    html = signs.badge(shape, "<Geplaatst>")
    assert html.startswith(f'<span class="st st-{shape}"><svg viewBox="0 0 16 16" aria-hidden="true">')
    assert html.endswith("</svg><span>&lt;Geplaatst&gt;</span></span>")


def test_the_status_of_something_with_a_life():
    html = printed("{% status life obj %}", life=PARTICIPATION, obj=Participation(status="active"))
    assert 'class="st st-ok"' in html
    assert str(PARTICIPATION.by_value["active"].label) in html


@pytest.mark.parametrize("name", signs.ICONS)
def test_icons_are_drawn_and_silent(name):
    html = signs.icon(name)
    assert 'aria-hidden="true"' in html
    assert "<path d=" in html


def test_a_menu_marks_where_the_reader_is():
    source = '{% nav_link "privacy" "Privacy" %}'
    here = engines["django"].from_string(source).render({}, RequestFactory().get("/privacy/"))
    below = engines["django"].from_string(source).render({}, RequestFactory().get("/privacy/more/"))
    away = engines["django"].from_string(source).render({}, RequestFactory().get("/contact/"))
    assert here == '<a href="/privacy/" class="on" aria-current="page">Privacy</a>'
    assert below == '<a href="/privacy/" class="on" aria-current="true">Privacy</a>'
    assert away == '<a href="/privacy/">Privacy</a>'


def test_an_address_is_what_django_makes_of_it():
    key = uuid.uuid4()
    assert row_address("outbox:message", key) == f"/mail/{key}/"
    assert row_address("applications:detail", "london", key) == f"/team/london/applications/{key}/"
    assert row_address("applications:detail", "rome", key) == f"/team/rome/applications/{key}/"
    assert address("trips:detail", "rome") == "/trips/rome/"


def test_a_link_to_nowhere_is_not_printed():
    assert printed('{% nav_link "no-such-page" "Niets" %}') == ""


# --- tables ---------------------------------------------------------------------------------------


class People(Table):
    name = tables.Column(verbose_name="Naam")
    score = tables.Column(verbose_name="Score", attrs={"th": {"class": "num"}, "td": {"class": "num"}})
    note = tables.Column(verbose_name="Opmerking", orderable=False)

    class Meta:
        empty_text = "Nog niemand."


def table_of(count: int, path: str = "/people/?sort=-score") -> str:
    request = RequestFactory().get(path)
    rows = [{"name": f"<Naam {n}>", "score": n, "note": None} for n in range(1, count + 1)]
    table = People(rows, request=request)
    tables.RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return table.as_html(request)


def test_a_row_has_a_head_and_labels_for_the_phone():
    html = table_of(2)
    assert html.count('<th scope="row">') == 2
    assert html.count('data-l="Score"') == 2
    assert "&lt;Naam 1&gt;" in html
    assert len(re.findall(r'data-l="Opmerking"\s*>\s*–\s*</td>', html)) == 2


def test_the_sorted_column_says_so():
    html = table_of(2)
    assert html.count("aria-sort") == 1
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=score"' in html


def test_pages_tell_where_we_are():
    html = table_of(120, "/people/?page=2")
    assert "51–100 van 120" in html
    assert 'rel="prev"' in html
    assert 'rel="next"' in html


def test_an_empty_table_says_what_will_come():
    html = table_of(0)
    assert 'class="empty"' in html
    assert "Nog niemand." in html
    assert "<table" not in html


# --- the thread -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("shape", ["horizontal", "vertical"])
def test_there_is_one_loop_and_it_is_now(shape):
    trip = world.trip(published=True)
    now = world.MOMENTS["preparation"]
    html = printed(f'{{% timeline trip now "{shape}" %}}', trip=trip, now=now)
    assert html.count('aria-current="step"') == 1
    states = re.findall(r'<li class="(\w+)"', html)
    assert states == ["done", "done", "now", "next", "next", "next", "next"]
    assert ("looph" in html) is (shape == "horizontal")
    assert "10–13 november" in html


@pytest.mark.django_db
def test_the_thread_in_english():
    trip = world.trip(published=True)
    with translation.override("en"):
        html = printed("{% timeline trip now %}", trip=trip, now=world.MOMENTS["preparation"])
    assert "10–13 November" in html
    assert "until 1 October" in html


@pytest.mark.django_db
def test_the_phase_of_a_trip_and_what_is_late():
    trip = world.trip()
    call = printed("{% phase_badge trip %}", trip=trip, now=world.MOMENTS["call"])
    assert 'class="st st-now"' in call
    assert str(Phase.CALL.label) in call
    late = printed("{% phase_badge trip %}", trip=trip, now=world.home(2026, 11, 11))
    assert "st-err" in late


@pytest.mark.parametrize("step", range(6))
def test_the_ladder_is_walked_up_to_its_step(step):
    html = printed('{% include "components/ladder.html" with step=step %}', step=step)
    assert html.count('class="up"') == step
    assert f"trede {step} van 5" in html


# --- small parts ----------------------------------------------------------------------------------


def test_a_note_says_its_first_sentence_in_bold():
    html = printed('{% include "components/note.html" with kind="ok" title="Klaar." text=typed %}', typed="<b>")
    assert 'class="note ok"' in html
    assert "<b>Klaar.</b> &lt;b&gt;" in html


def test_goals_are_dashed_until_sharpened():
    assert 'class="goal raw"' in printed('{% include "components/goal.html" with text="x" raw=True %}')
    assert 'class="goal"' in printed('{% include "components/goal.html" with text="x" %}')


def test_steps_tell_the_phone_where_we_are():
    steps = [{"label": "Een", "state": "done", "url": "/a/"}, {"label": "Twee", "state": "now"}]
    html = printed('{% include "components/steps.html" %}', steps=steps)
    assert "Stap 2 van 2: Twee" in html
    assert '<a href="/a/">Een</a>' in html
