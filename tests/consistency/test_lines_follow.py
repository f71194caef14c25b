"""Whatever writes what lines are derived from lets them follow: read from the code, so that the next verb is met too.

tests/consistency/settling.py says what counts as writing, and as following.
"""

import ast
from types import ModuleType

import pytest

from tests.consistency.settling import House
from tests.consistency.settling import house as the_house

pytestmark = pytest.mark.once  # it reads, and asks no database

#: What writes such a record, and why no line is another one after it.
NOT_ON_A_LINE = {
    "evaluations.certificates.actions.correct_name": "a line has the name as it was sent",
    "exchange.people.actions.invite": "an account without an application, with an address that nobody confirmed",
    "exchange.people.actions.reset_second_step": "from when a second step is asked",
    "exchange.privacy.purging.nameless": "an account that never was anybody's",
    "exchange.trips.actions.travellers.set_phone": "a phone number",
    "exchange.trips.actions.travellers.renew_calendar": "the secret address of a calendar",
    "exchange.views.choose_language": "the language of an account, which a list reads from there",
    "applications.assessing.actions.save_assessment": "which version is read; finishing tells",
    "applications.conditions.actions.rule": "the ruling on the conditions, which pages read from the application",
    "applications.endorsing.actions.mail_came_back": "that a mail came back",
    "applications.endorsing.actions.ask_schools": "a request of another occasion, which is never the current one",
    "applications.endorsing.actions.asked_once_more": "until when a manager answers; a new request settles itself",
    "applications.endorsing.actions.give_until": "until when a manager answers",
    "applications.endorsing.actions.look_back": "an answer of another occasion, which is never the current one",
    "applications.people.actions.invite": "when nobody on the list was new, nothing was written",
}
#: What leaves it to whoever calls it, who is read too.
LEFT_TO_ITS_CALLER = {
    "applications.selection.placing.hold_places": "a step of giving places and of the publication",
    "applications.endorsing.actions.ask_manager": "a step of sending, before anybody is told",
}
#: What saves something that reading can't name, and what it is.
UNCLEAR = {
    "exchange.people.sessions.SessionStore.save": "a session",
    "applications.models.application.Submission.save": "itself: it refuses whatever is no new row",
    "applications.selection.seats.seats_of": "a counter",
    "evaluations.impact.models.ReportEdition.save": "itself",
    "applications.team.dashboard._count_places": "a dictionary",
    "evaluations.plans.actions.edit_action": "a plan",
    "exchange.backups.restoring.put": "a file; lines are restored as they were, and compared",
    "exchange.backups.restoring.restore": "files",
    "exchange.checks.wings_offer": "a dictionary",
    "exchange.history.models.HistoryEntry.save": "itself",
    "exchange.people.actions.save_school": "a mail domain; follow_domains settles whom it concerns",
    "exchange.people.models.User.save": "itself",
    "exchange.privacy.erasing.empty_account": "an account; lines follow by `letting_go` of their wing",
    "exchange.privacy.purging.let_go": "whatever is past its time; lines follow by `letting_go` of their wing",
    "exchange.privacy.purging.unlink": "as let_go, which calls it",
    "exchange.people.models.UserManager.create_user": "an account, as those that call it are read",
    "exchange.transitions.perform": "what is performed, as those that call it are read",
    "exchange.transitions.perform_all": "what is performed, as those that call it are read",
    "exchange.history.actions.forget_entries": "history",
    "exchange.jobs.actions.forget": "a file",
    "exchange.jobs.actions.letting_go": "a file",
    "exchange.jobs.actions.keep_file": "a file",
    "exchange.trips.frameworks.load": "themes and frameworks",
    "exchange.trips.hosts.views.host": "a host",
    "exchange.trips.hosts.views.new_host": "a host",
    "exchange.trips.hosts.views.visit": "a visit",
    "exchange.trips.views.programme.item_form": "an item of the programme",
    "exchange.trips.views.team.new": "a trip",
}


def test_whatever_lines_are_derived_from_is_settled_where_it_is_written() -> None:
    due = the_house(NOT_ON_A_LINE).due()
    left = {name: what for name, what in due.items() if name not in LEFT_TO_ITS_CALLER}
    assert left == {}, "these write and do not settle: call applications.lines.settle after it, or say why not"
    assert LEFT_TO_ITS_CALLER.keys() - due.keys() == set(), "these settle, or are gone: take them off the list"


def test_what_stays_off_lines_is_written_there() -> None:
    code = the_house()
    assert {name for name in NOT_ON_A_LINE if name not in code.functions or not code.found(name).due} == set()


def test_whatever_saves_says_of_what_kind_it_is() -> None:
    code = the_house()
    unclear = {name: found for name in code.functions if (found := code.found(name).unclear)}
    assert {name: what for name, what in unclear.items() if name not in UNCLEAR} == {}, "annotate what is saved there"
    assert UNCLEAR.keys() - unclear.keys() == set(), "these are clear, or are gone: take them off the list"


def test_the_reading_meets_every_verb_of_an_application() -> None:
    """So that an empty result is no reading of nothing."""
    code = the_house()
    settle = {name.removeprefix("applications.") for name in code.functions if code.found(name).settles}
    for name in (
        "writing.actions.save_part writing.actions.submit writing.actions.withdraw late.actions.admit "
        "endorsing.actions.endorse endorsing.actions.pass_on assessing.assigning.assign_all assessing.actions.recuse "
        "selection.deciding.propose_many selection.publishing.publish_selection selection.answering.give_back "
        "selection.views.board reminders.managers people.actions._to_invited"
    ).split():
        assert name in settle, name


# --- the reading itself -----------------------------------------------------------------------------

IMPORTS = """
from applications.lifecycle import ADMISSION, APPLICATION
from applications.lines import settle
from applications.models import Application, Endorsement, ProposedGoal, Submission
from exchange.people.actions import account_changed
from exchange.people.models import User
from exchange.transitions import perform
from exchange.trips.models import Meeting, Trip
"""
HELPERS = """
def _wrote(application: Application):
    application.save()

def _both(application: Application):
    application.save()
    settle(application)

def _of(trip: Trip) -> Application:
    return trip.applications.first()
"""
GOOD = [
    "application.save()\n    settle(application)",
    "_wrote(application)\n    settle(application)",
    "_both(application)",
    "application.save()\n    _both(application)",
    "if application.pk:\n        application.save()\n        settle(application)\n    return application",
    "if application.pk:\n        application.save()\n    else:\n        raise KeyError\n    settle(application)",
    "by.save()\n    account_changed(by)",
    "perform(APPLICATION, 'submit', application, hats=hats, by=by)\n    settle(application)",
    "perform(ADMISSION, 'admit', admission, hats=hats, by=by)",
    "Meeting.objects.create(trip=trip)",
    "trip.save()",
    "for one in trip.applications.all():\n        one.save()\n    settle(*trip.applications.all())",
    "try:\n        application.save()\n    except KeyError:\n        raise\n    settle(application)",
]
BAD = [
    "application.save()",
    "settle(application)\n    application.save()",
    "_wrote(application)",
    "_both(application)\n    _wrote(application)",
    "if application.pk:\n        application.save()\n    else:\n        settle(application)",
    "application.save()\n    if application.pk:\n        settle(application)",
    "application.save()\n    if not application.pk:\n        return None\n    settle(application)",
    "application.save()\n    for one in trip.applications.all():\n        settle(one)",
    "try:\n        application.save()\n        settle(application)\n    except KeyError:\n        application.delete()",
    "perform(APPLICATION, 'submit', application, hats=hats, by=by)",
    "Application.objects.filter(trip=trip).update(version=1)",
    "Submission.objects.create(application=application)",
    "application.goals.exclude(order=1).delete()",
    "rows = [ProposedGoal(application=application)]\n    ProposedGoal.objects.bulk_create(rows)",
    "row = application.endorsements.current().first()\n    row.save()",
    "row, made = Endorsement.objects.get_or_create(application=application)\n    settle(application)\n    row.save()",
    "fresh = _of(trip)\n    fresh.save()",
    "[one.save() for one in trip.applications.all()]",
    "(application or _of(trip)).save()",
    "application.user.save()",
    "by.emailaddress_set.create(email='a@b.example')",
    "with lock():\n        application.delete()",
]


def read(deed: str) -> list[str]:
    """What a verb leaves due that does this."""
    text = f"{IMPORTS}{HELPERS}\ndef verb(*, application: Application, trip: Trip, by: User):\n    {deed}\n"
    return house_of(text).found("deeds.verb").due


def house_of(text: str) -> House:
    """A house of one module."""
    module = ModuleType("deeds")
    exec(compile(ast.parse(text), "deeds", "exec"), vars(module))  # noqa: S102 -- the text stands above
    return House({"deeds": text}, modules={"deeds": module})


def test_a_step_that_is_chosen_from_a_table_is_read_too() -> None:
    text = f"{IMPORTS}\ndef _step(application: Application):\n    application.save()\n\nSTEPS = {{1: _step}}\n"
    assert house_of(text).due() == {"deeds._step": ["Application: application.save"]}


@pytest.mark.parametrize("deed", GOOD)
def test_settling_is_seen(deed: str) -> None:
    assert read(deed) == []


@pytest.mark.parametrize("deed", BAD)
def test_forgetting_is_seen(deed: str) -> None:
    assert read(deed)
