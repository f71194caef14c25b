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


def offered(person, login):
    """The trips that stand on somebody's home to apply for, and under which words."""
    page = login(person).get("/my/")
    found = [part.context for part in page.context["sections"] if part.template == "applications/mine/_calls.html"]
    return page.content.decode(), [[trip.title_nl for trip in one["rows"]] for one in found]


def test_a_new_account_sees_the_open_calls_and_the_first_to_close_first(cast, login, at):
    at(CALL)
    world.trip(title_nl="Later", closes_at=cast.trip.closes_at + timedelta(days=2))
    world.trip(title_nl="Morgen", closes_at=CALL + timedelta(days=1))
    world.trip(title_nl="Nog niet", opens_at=CALL + timedelta(days=1))
    world.trip(title_nl="Geheim", announced=False)
    world.trip(title_nl="Gesloten", closes_at=CALL - timedelta(days=1))
    world.trip(title_nl="Afgelast", cancelled_at=CALL, cancelled_by=cast.lead)
    content, found = offered(cast.stranger(), login)
    assert found == [["Morgen", "Veilig in Londen", "Later"]]
    assert "Je kunt je nu aanmelden" in content
    assert f'href="/trips/{cast.trip.slug}/"' in content
    assert "Tot donderdag 1 oktober 2026, 17.00 uur" in content


def test_without_a_call_what_is_announced_stands_there_and_else_a_kind_sentence(cast, login, at):
    at(world.MOMENTS["planning"])
    person = cast.stranger()
    content, found = offered(person, login)
    assert found == [["Veilig in Londen"]]
    assert "Je kunt je binnenkort aanmelden" in content
    assert "Aanmelden vanaf dinsdag 1 september 2026, 09.00 uur" in content
    at(world.MOMENTS["selection"])
    content, found = offered(person, login)
    assert found == [[]]
    assert "Er staat nu geen oproep open" in content


def test_who_applied_travels_or_works_here_is_not_asked_to_apply(cast, login, at):
    at(CALL)
    world.trip(title_nl="Later")
    applicant = cast.applicant()  # noqa: F811
    world.application(cast.trip, applicant)
    for person in (applicant, cast.participant().user, cast.companion(), cast.funder(), cast.lead):
        assert offered(person, login)[1] == []


def test_who_came_home_from_a_completed_trip_may_go_again(cast, login, at):
    place = cast.participant()
    cast.trip.closed_at, cast.trip.closed_by = world.MOMENTS["follow_up"], cast.lead
    cast.trip.save()
    next_opens = world.MOMENTS["follow_up"]
    world.trip(
        title_nl="Weer",
        opens_at=next_opens,
        closes_at=next_opens + timedelta(days=30),
        endorse_by_at=next_opens + timedelta(days=37),
        departs_on=next_opens.date() + timedelta(days=60),
        returns_on=next_opens.date() + timedelta(days=63),
        return_meeting_on=next_opens.date() + timedelta(days=98),
        follow_up_on=next_opens.date() + timedelta(days=430),
    )
    at(next_opens + timedelta(hours=1))
    assert offered(place.user, login)[1] == [["Weer"]]
