"""What is said about a learning goal while it is written."""

import json

import pytest

from applications.writing.advice import advice
from tests import world
from tests.applications.test_apply import address, goals, stamp

STUDENT, WISH, UNSEEN = "Eerst de student", "wat je daar wilt zien", "Begrip kan niemand zien"


@pytest.mark.parametrize(
    ("notice", "able", "see", "said"),
    [
        ("Iemand vraagt door.", "Ik kan een herstelgesprek leiden.", "Drie gesprekken voor de zomer.", ""),
        ("", "Ik kan doorvragen.", "", STUDENT),
        ("", "", "Collega’s zien het.", ""),
        ("Rust.", "Ik wil zien hoe ze het in Londen doen.", "", WISH),
        ("Rust.", "Ik wil graag een school in Londen bezoeken.", "", WISH),
        ("Rust.", "I want to see how they do it.", "", WISH),
        ("Rust.", "I would like to visit a college.", "", WISH),
        # Seeing something is not always a wish to travel.
        ("Rust.", "Ik kan zien wanneer iemand vastloopt.", "", ""),
        ("Rust.", "Ik wil rustig blijven in een conflict.", "", ""),
        ("Rust.", "Ik heb meer begrip voor studenten.", "", UNSEEN),
        ("Rust.", "I am more aware of signals.", "", UNSEEN),
        ("Rust.", "Ik kan doorvragen.", "Meer bewustwording in het team.", UNSEEN),
        # What stands first is said first.
        ("", "Ik wil zien hoe ze het doen.", "", STUDENT),
    ],
)
def test_one_sentence_and_the_most_worth_saying(notice, able, see, said):
    found = advice(students_notice=notice, able_to=able, others_see=see)
    assert (said in found) if said else found == ""


@pytest.mark.django_db
def test_it_stands_at_the_goal_and_never_in_the_way(cast, login, at):
    at(world.MOMENTS["call"])
    browser = login(world.user("Samira Idrissi", at=cast.school))
    page = address(cast.trip, "goals")
    wish = goals(("Rust.", "Ik wil zien hoe ze het doen.", "Niets."))
    told = browser.post(page, {**stamp(browser.get(page)), **wish}, headers={"X-Autosave": "1"})
    assert told.status_code == 200
    assert WISH in json.loads(told.content)["advice"][0]
    assert WISH in browser.get(page).content.decode()
    assert browser.post(page, {**stamp(browser.get(page)), **wish, "do": "next"}).status_code == 302
