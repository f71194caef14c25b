"""What the home page asks of an applicant, and what it does not."""

from datetime import timedelta

from tests import world
from tests.applications.test_apply import CALL, address, applicant, browser, fill_in, goals, save, stamp  # noqa: F401


def test_waiting_for_a_manager_is_nobody_s_task(cast, browser, at):  # noqa: F811
    at(CALL)
    fill_in(browser, cast.trip)
    browser.post(f"{address(cast.trip)}send/", stamp(browser.get(f"{address(cast.trip)}review/")))
    page = browser.get("/my/")
    assert page.context["first"] == []
    assert [todo.title for todo in page.context["waiting"]] == ["Je leidinggevende heeft nog niet geantwoord"]


def test_a_change_that_was_not_sent_comes_first(cast, browser, at):  # noqa: F811
    at(CALL)
    fill_in(browser, cast.trip)
    browser.post(f"{address(cast.trip)}send/", stamp(browser.get(f"{address(cast.trip)}review/")))
    at(CALL + timedelta(minutes=5))
    save(browser, cast.trip, "motivation", motivation="Ruzie op de gang.\r\nElke week.")
    assert browser.get("/my/").context["first"] == []
    save(browser, cast.trip, "motivation", motivation="Ruzie op de trap.")
    (first,) = browser.get("/my/").context["first"]
    assert (first.title, first.url) == ("Verstuur wat je veranderde", f"{address(cast.trip)}review/")


def test_hosts_show_the_visit_before_this_trip(cast, client, at):
    at(CALL)
    host = world.programme(cast.trip) and cast.trip.trip_hosts.first().host
    before, after = cast.trip.departs_on - timedelta(days=30), cast.trip.returns_on + timedelta(days=30)
    host.pre_visits.all().delete()
    for day in (before, after):
        host.pre_visits.create(visited_on=day)
    (row, *_rest) = client.get(f"/trips/{cast.trip.slug}/").context["hosts"]
    assert row.visit.visited_on == before
