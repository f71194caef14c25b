"""THE access table: every address and verb, for every persona of tests/consistency/alliance.py.

A line reads: name, verb, trip, then one letter per persona, then what the address names and when it is asked.

    R W  let in: a page, a form that wants more, or done       !  theirs, but not now: 409 or 410 with the reason
    -    404: what is out of sight is not there                x  403: known, but not theirs to do
    s    asked to sign in

Each request is taken back, so lines do not see each other. A trip is known to all its team: what a member may not do
there is 403. To everybody else the pages of the team are not there: 404. An address without a line fails.
"""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.urls import resolve, reverse

from exchange import clock
from exchange.management.commands.routes import routes
from tests import world
from tests.consistency.alliance import PERSONAS, Alliance

# Each page is asked of PostgreSQL by test_queries and by the browser.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

#   anonymous, endorser | stranger, applicant, participant, alumnus | reviewer, companion, lead |
#   coordinator, partner, funder | administrator | another lead, coordinator, participant
TABLE = """
# --- the house
home                        GET  -         ss RRRR RRR RRR R RRR
carry_on                    GET  -         ss RRRR RRR RRR R RRR
choose_language             POST -         WW WWWW WWW WWW W WWW
privacy                     GET  -         RR RRRR RRR RRR R RRR
accessibility               GET  -         RR RRRR RRR RRR R RRR
contact                     GET  -         RR RRRR RRR RRR R RRR
health                      GET  -         RR RRRR RRR RRR R RRR

# --- trips: everybody, and travellers in their room
trips:open                  GET  -         RR RRRR RRR RRR R RRR
trips:detail                GET  call      RR RRRR RRR RRR R RRR
trips:detail                GET  planning  -- ---- RRR --- R ---   now=planning
trips:poster                GET  call      RR RRRR RRR RRR R RRR   now=call
trips:poster                GET  call      !! !!!! !!! !!! ! !!!   now=selection
trips:poster                GET  planning  -- ---- !!! --- ! ---   now=planning
trips:mine                  GET  going     ss --R- --- --- - ---   now=travelling
trips:mine                  GET  past      ss ---R --- --- - ---   now=follow_up
trips:mine-phone            POST going     ss --W- --- --- - ---   now=travelling
trips:reply                 POST going     ss --W- --- --- - ---   now=preparation
trips:calendar-page         GET  -         ss RRRR RRR RRR R RRR
trips:calendar-renew        POST -         ss WWWW WWW WWW W WWW
trips:calendar              GET  going     RR RRRR RRR RRR R RRR   token=calendar

# --- trips: the team
trips:team-list             GET  -         ss RRRR RRR RRR R RRR
trips:new                   GET  -         ss xxxx xxR xxx R Rxx
trips:new                   POST -         ss xxxx xxW xxx W Wxx
trips:themes                GET  -         ss xxxx xxR xxx R Rxx
trips:framework-copy        POST -         ss xxxx xxx xxx W xxx
trips:team                  GET  selection ss ---- RRR --- R ---
trips:team                  GET  going     ss ---- RRR --- R ---   now=travelling
trips:announce              GET  planning  ss ---- xxR --- x ---   now=planning
trips:announce              POST planning  ss ---- xx! --- x ---   now=planning
trips:deadline              GET  call      ss ---- xxR --- x ---
trips:deadline              POST call      ss ---- xxW --- x ---
trips:move                  GET  call      ss ---- xxR --- x ---
trips:move                  POST call      ss ---- xxW --- x ---
trips:remind                GET  going     ss ---- xRR --- x ---   now=return what=plan
trips:remind                POST going     ss ---- xWW --- x ---   now=return what=plan
trips:close                 GET  going     ss ---- xxR --- x ---   now=follow_up
trips:close                 POST going     ss ---- xxW --- x ---   now=follow_up
trips:edit                  GET  call      ss ---- xxR --- x ---
trips:edit                  POST call      ss ---- xxW --- x ---
trips:dates                 GET  call      ss ---- xxR --- x ---
trips:dates                 POST call      ss ---- xxW --- x ---
trips:asked                 GET  call      ss ---- xxR --- x ---
trips:asked                 POST call      ss ---- xxW --- x ---
trips:means                 GET  call      ss ---- xRR --- R ---
trips:means                 POST call      ss ---- xxW --- x ---
trips:programme             GET  selection ss ---- RRR --- R ---
trips:item-new              GET  selection ss ---- xxR --- x ---
trips:item-new              POST selection ss ---- xxW --- x ---
trips:item                  GET  selection ss ---- xxR --- x ---
trips:item                  POST selection ss ---- xxW --- x ---
trips:item-remove           POST selection ss ---- xxW --- x ---
trips:hosts                 GET  selection ss ---- RRR --- R ---
trips:host-choose           POST selection ss ---- xxW --- x ---
trips:host-new              GET  selection ss ---- xxR --- x ---
trips:host-new              POST selection ss ---- xxW --- x ---
trips:host                  GET  selection ss ---- xxR --- x ---
trips:host                  POST selection ss ---- xxW --- x ---
trips:host-visit            GET  selection ss ---- xxR --- x ---
trips:host-visit            POST selection ss ---- xxW --- x ---
# the programme names it still
trips:host-remove           POST selection ss ---- xx! --- x ---
trips:meetings              GET  selection ss ---- RRR --- R ---
trips:meeting-new           GET  selection ss ---- xxR --- x ---
trips:meeting-new           POST selection ss ---- xxW --- x ---
trips:meeting               GET  selection ss ---- xxR --- x ---
trips:meeting               POST selection ss ---- xxW --- x ---
trips:meeting-drop          POST selection ss ---- xxW --- x ---
trips:attendance            GET  going     ss ---- xRR --- R ---   now=travelling
trips:attendance-day        GET  going     ss ---- xRR --- R ---   now=travelling on=day
trips:attendance-day        POST going     ss ---- xWW --- x ---   now=travelling on=day
trips:attendance-meeting    GET  going     ss ---- xRR --- R ---   now=travelling
trips:attendance-meeting    POST going     ss ---- xWW --- x ---   now=travelling
trips:members               GET  selection ss ---- xRR --- R ---
trips:members               POST selection ss ---- xxW --- W ---
# an administrator steps in
trips:take-lead             GET  selection ss ---- xxx --- R ---
trips:take-lead             POST selection ss ---- xxx --- W ---
trips:members-phone         POST selection ss ---- xWW --- - ---
trips:member-remove         POST selection ss ---- xxW --- W ---
trips:travellers            GET  going     ss ---- xRR --- R ---   now=travelling
trips:travellers-sheet      GET  going     ss ---- xRR --- R ---   now=travelling

# --- people, schools, roles
people:profile              GET  -         ss RRRR RRR RRR R RRR
people:profile              POST -         ss WWWW WWW WWW W WWW
privacy:data                 GET  -         ss RRRR RRR RRR R RRR
privacy:held                 GET  -         ss RRRR RRR RRR R RRR   kind=people.user
privacy:download             GET  -         ss RRRR RRR RRR R RRR   kind=json
privacy:download             GET  -         ss RRRR RRR RRR R RRR   kind=xlsx
privacy:erase-me             GET  -         ss RRRR RRR RRR R RRR
privacy:erase-me             POST -         ss WW!! WW! WWW ! !W!
privacy:erase               GET  -         ss -R-- --x x-- R ---   pk=someone
privacy:erase               POST -         ss -W-- --x x-- W ---   pk=someone
people:list                 GET  -         ss xxxx xxx Rxx R xRx
people:invite               GET  -         ss xxxx xxx xxx R xxx
people:invite               POST -         ss xxxx xxx xxx W xxx
people:person               GET  -         ss -x-- --R R-- R ---   pk=someone
people:person               GET  -         ss ---- --R R-- R ---   pk=newcomer
people:confirm              POST -         ss ---- --W W-- W ---   pk=newcomer institution=school
people:decline              POST -         ss ---- --x W-- W ---   pk=newcomer institution=school
people:give-role            POST -         ss ---- --x x-- W ---   pk=newcomer
people:take-role            POST -         ss ---- --x x-- W ---   pk=newcomer
people:close-account        GET  -         ss -x-- --x x-- R ---   pk=someone
people:close-account        POST -         ss -x-- --x x-- W ---   pk=someone
people:open-account         GET  -         ss ---- --- x-- R ---   pk=left
people:open-account         POST -         ss ---- --- x-- W ---   pk=left
people:open-account         POST -         ss -x-- --x x-- ! ---   pk=someone
people:reset-second-step    GET  -         ss ---- --- x-- R ---   pk=careful
people:reset-second-step    POST -         ss ---- --- x-- W ---   pk=careful
people:reset-second-step    POST -         ss -x-- --x x-- ! ---   pk=someone
people:schools              GET  -         ss xxxx xxx xxx R xxx
people:new-school           GET  -         ss xxxx xxx xxx R xxx
people:new-school           POST -         ss xxxx xxx xxx W xxx
people:school               GET  -         ss xxxx xxx xxx R xxx   pk=school
people:school               POST -         ss xxxx xxx xxx W xxx   pk=school
people:former-name          POST -         ss xxxx xxx xxx W xxx   pk=school

# --- what is typed and not sent: the words for everybody, texts for their author
unsent                      GET  -         RR RRRR RRR RRR R RRR
unsent                      POST -         ss WWWW WWW WWW W WWW

# --- mail and history
outbox:list                 GET  going     ss ---- xxR --- R ---
outbox:all                  GET  -         ss xxxx xxx xxx R xxx
outbox:mine                 GET  -         ss RRRR RRR RRR R RRR
outbox:message              GET  going     ss --R- --R --- R ---   pk=message
outbox:message              GET  call      ss -R-- --R --- R ---   pk=message
outbox:resend               POST call      ss -x-- --W --- x ---   pk=message
outbox:withdraw             POST going     ss --x- --W --- x ---   pk=waiting
# documents that take long: who leads a trip sees those about it
jobs:list                   GET  -         ss xxxx xxR xxx R Rxx
jobs:again                  POST going     ss ---- --W --- W ---   pk=job
history:trip                GET  going     ss ---- xxR --- R ---
history:mine                GET  -         ss RRRR RRR RRR R RRR
history:all                 GET  -         ss xxxx xxx xxx R xxx

# --- applying
applications:apply          GET  call      ss RRRR Rxx RRR R RRR   now=call
# what is sent names no version of what the applicant has already
applications:apply          POST call      ss W!WW Wxx WWW W WWW   now=call
applications:section        GET  call      ss RRRR Rxx RRR R RRR   now=call section=goals
applications:section        POST call      ss WWWW Wxx WWW W WWW   now=call section=goals
applications:review         GET  call      ss RRRR Rxx RRR R RRR   now=call
# without a draft there is nothing to send: back to the form
applications:send           POST call      ss WWWW WWW WWW W WWW   now=call
applications:send           POST drafted   ss WWWW WWW WWW W WWW   now=call
applications:mine           GET  drafted   ss -R-- --- --- - ---   now=call       pk=application
applications:mine           GET  call      ss -R-- --- --- - ---   now=call       pk=application
applications:mine           GET  selection ss -R-- --- --- - ---   pk=application
applications:ask-admission  GET  drafted   ss -R-- --- --- - ---   pk=application
applications:ask-admission  POST drafted   ss -W-- --- --- - ---   pk=application
applications:version        GET  call      ss -R-- --- --- - ---   now=call       pk=application
applications:version-pdf    GET  call      ss -R-- --- --- - ---   now=call       pk=application
applications:withdraw       GET  call      ss -R-- --- --- - ---   now=call       pk=application
applications:withdraw       POST call      ss -W-- --- --- - ---   now=call       pk=application
applications:reinstate      POST call      ss -!-- --- --- - ---   now=call       pk=application
applications:manager        GET  call      ss -R-- --- --- - ---   now=call       pk=application
applications:manager        POST call      ss -W-- --- --- - ---   now=call       pk=application
applications:manager-remind POST call      ss -W-- --- --- - ---   now=selection  pk=application
applications:offer          GET  offered   ss -R-- --- --- - ---   now=offered    pk=application
applications:offer-confirm  POST offered   ss -W-- --- --- - ---   now=offered    pk=application
applications:offer-decline  GET  offered   ss -R-- --- --- - ---   now=offered    pk=application
applications:offer-decline  POST offered   ss -W-- --- --- - ---   now=offered    pk=application
applications:give-back      GET  going     ss --R- --- --- - ---   now=preparation pk=application
applications:give-back      POST going     ss --W- --- --- - ---   now=preparation pk=application
# whoever holds the link, as long as nobody answered
applications:endorse        GET  call      RR RRRR RRR RRR R RRR   now=call
applications:endorse        POST call      WW WWWW WWW WWW W WWW   now=call
applications:endorse-thanks GET  -         RR RRRR RRR RRR R RRR

# --- selecting
applications:conditions     GET  selection ss ---- xxR --- R ---
applications:conditions     POST planning  ss ---- xxW --- x ---   now=planning
applications:rubric         GET  selection ss ---- xxR --- R ---
applications:rubric         POST selection ss ---- xxW --- x ---
applications:rubric-make    POST planning  ss ---- xxW --- x ---   now=planning
applications:rubric-copy    POST planning  ss ---- xxW --- x ---   now=planning
applications:rubric-drop    POST planning  ss ---- xxW --- x ---   now=planning
applications:list           GET  selection ss ---- xRR --- R ---
applications:list-xlsx      GET  selection ss ---- xRR --- R ---
applications:list-csv       GET  selection ss ---- xRR --- R ---
applications:detail         GET  selection ss ---- xRR --- R ---   pk=application
# a draft is seen by nobody but its author
applications:detail         GET  drafted   ss ---- x-- --- - ---   now=call pk=application
applications:paper          GET  call      ss ---- xxR --- x ---   pk=application
applications:paper          POST call      ss ---- xxW --- x ---   pk=application
applications:membership     POST selection ss ---- xxW --- W ---   pk=unconfirmed
applications:rule           POST selection ss ---- xxW --- x ---   pk=application
applications:assign         POST selection ss ---- xxW --- x ---   pk=application
applications:propose        POST selection ss ---- xxW --- x ---   pk=application
applications:offer-place    POST offered   ss ---- xxW --- x ---   now=offered pk=reserve
# assessments are out of a companion's sight
applications:unassign       POST selection ss ---- x-W --- x ---   pk=application
applications:hand-back      POST selection ss ---- x-W --- x ---   pk=application
applications:late           GET  caught    ss ---- xRR --- R ---
applications:late           POST caught    ss ---- xxW --- x ---
applications:late-take      POST caught    ss ---- xxW --- x ---   pk=access
applications:admission      GET  caught    ss ---- xRR --- R ---   pk=admission
applications:admission-admit   POST caught ss ---- xxW --- x ---   pk=admission
applications:admission-extend  POST caught ss ---- xxW --- x ---   pk=admission
applications:admission-decline POST caught ss ---- xxW --- x ---   pk=admission
applications:schools        GET  going     ss ---- xxR --- R ---   now=return
applications:schools-ask    POST going     ss ---- xxW --- x ---   now=return     occasion=return
applications:reviewers      GET  selection ss ---- xRR --- R ---
applications:assign-all     POST selection ss ---- xxW --- x ---
applications:to-review      GET  -         ss RRRR RRR RRR R RRR
applications:assess         GET  selection ss ---- R-- --- - ---   pk=assessment
applications:assess         POST selection ss ---- W-- --- - ---   pk=assessment
# after publication a reviewer finds nothing any more
applications:assess         GET  offered   ss ---- --- --- - ---   now=offered pk=assessment
applications:reopen         POST selection ss ---- !-- --- - ---   pk=assessment
applications:recuse         POST selection ss ---- W-- --- - ---   pk=assessment
applications:selection      GET  selection ss ---- xxR --- R ---
applications:selection      POST selection ss ---- xxW --- x ---
applications:letters        GET  selection ss ---- xxR --- x ---
applications:publish        GET  selection ss ---- xxR --- x ---
# somebody is undecided yet
applications:publish        POST selection ss ---- xx! --- x ---
applications:reserve        GET  offered   ss ---- xxR --- R ---   now=offered
# and offers out of a reviewer's
applications:retract        GET  offered   ss ---- -xR --- x ---   now=offered pk=offer
applications:retract        POST offered   ss ---- -xW --- x ---   now=offered pk=offer
applications:cancel-trip    GET  selection ss ---- xxR --- x ---
applications:cancel-trip    POST selection ss ---- xxW --- x ---
applications:write          GET  selection ss ---- xxR --- x ---
applications:write          POST selection ss ---- xxW --- x ---

# --- everybody around a call: the team across schools
applications:people         GET  call      ss ---- xRR --- R ---   now=call
applications:people         GET  offered   ss ---- xRR --- R ---   now=offered
applications:people-xlsx    GET  call      ss ---- xRR --- R ---   now=call
applications:people-csv     GET  call      ss ---- xRR --- R ---   now=call
applications:remind         GET  call      ss ---- xxR --- x ---   now=call
applications:remind         POST call      ss ---- xxW --- x ---   now=call
applications:invite         GET  call      ss ---- xxR --- x ---   now=call
applications:invite         POST call      ss ---- xxW --- x ---   now=call
applications:invite         GET  selection ss ---- xx! --- x ---
# no list waits there: back to where one is brought
applications:invite-check   GET  call      ss ---- xxR --- x ---   now=call
applications:invite-take    POST call      ss ---- xxW --- x ---   now=call
applications:invite-xlsx    GET  -         ss RRRR RRR RRR R RRR
applications:invite-csv     GET  -         ss RRRR RRR RRR R RRR
# and the coordinator at the own school; an administrator looks
applications:school         GET  -         ss xxxx xxx Rxx R xRx
applications:school-people  GET  call      ss xxxx xxx Rxx R xRx   now=call
applications:school-people  GET  planning  ss xxxx xxx -xx - x-x   now=planning
applications:school-people-xlsx GET call   ss xxxx xxx Rxx R xRx   now=call
applications:school-people-csv GET call    ss xxxx xxx Rxx R xRx   now=call
applications:school-remind  GET  call      ss xxxx xxx Rxx x xRx   now=call
applications:school-remind  POST call      ss xxxx xxx Wxx x xWx   now=call
applications:school-invite  GET  call      ss xxxx xxx Rxx x xRx   now=call
applications:school-invite  POST call      ss xxxx xxx Wxx x xWx   now=call
applications:school-invite-check GET call  ss xxxx xxx Rxx x xRx   now=call
applications:school-invite-take POST call  ss xxxx xxx Wxx x xWx   now=call
# read what was sent: by the coordinator of that school, for a trip whose policy says so
applications:school-read    GET  call      ss xxxx xxx Rxx - x-x   now=call pk=application
applications:school-read    GET  selection ss xxxx xxx -xx - x-x   pk=application
applications:school-read    GET  drafted   ss xxxx xxx -xx - x-x   now=call pk=application

# --- goals, evenings, return, plan, one year on: author, lead and companions; an administrator says why first
evaluations:goal            GET  going     ss --R- -RR --- R ---   now=travelling pk=goal
evaluations:sharpen         GET  going     ss --R- -Rx --- x ---   now=preparation pk=goal
evaluations:sharpen         POST going     ss --W- -Wx --- x ---   now=preparation pk=goal
evaluations:evening         GET  going     ss --R- --- --- - ---   now=travelling on=day
evaluations:evening         POST going     ss --W- --- --- - ---   now=travelling on=day
evaluations:return          GET  going     ss --R- --- --- - ---   now=return
evaluations:return          POST going     ss --W- --- --- - ---   now=return
evaluations:consent         POST going     ss --W- --- --- - ---   now=return     moment=return
evaluations:public          POST going     ss --W- --- --- - ---   now=return     moment=return
evaluations:presentation    GET  going     ss --R- --- --- - ---   now=return
evaluations:presentation    POST going     ss --W- --- --- - ---   now=return
evaluations:plan            GET  going     ss --R- --- --- - ---   now=return
evaluations:action-new      GET  going     ss --R- --- --- - ---   now=return
evaluations:action-new      POST going     ss --W- --- --- - ---   now=return
evaluations:action          GET  going     ss --R- -RR --- R ---   now=return     pk=action
evaluations:action          POST going     ss --W- -xx --- x ---   now=return     pk=action
evaluations:action-edit     GET  going     ss --R- -xx --- x ---   now=return     pk=action
evaluations:action-edit     POST going     ss --W- -xx --- x ---   now=return     pk=action
evaluations:action-delete   POST going     ss --W- -xx --- x ---   now=return     pk=action
evaluations:action-drop     POST going     ss --W- -xx --- x ---   now=return     pk=action
evaluations:follow-up       GET  past      ss ---R --- --- - ---   now=follow_up
evaluations:follow-up       POST past      ss ---! --- --- - ---   now=follow_up
evaluations:recall          POST past      ss ---W --- --- - ---   now=follow_up
evaluations:need-met        POST going     ss --x- -WW --- x ---   now=travelling pk=evening
evaluations:reason          POST going     ss ---- --- --- W ---   now=travelling
evaluations:evenings        GET  going     ss ---- -RR --- R ---   now=travelling
evaluations:remind          POST going     ss ---- -WW --- x ---   now=travelling on=day
evaluations:goals           GET  going     ss ---- -RR --- R ---   now=travelling
evaluations:outcomes        GET  going     ss ---- -RR --- R ---   now=return
evaluations:levels          GET  going     ss ---- -RR --- R ---   now=return
evaluations:confirm         POST going     ss ---- -WW --- x ---   now=return     moment=return
evaluations:hand-back       POST going     ss ---- -WW --- x ---   now=return     moment=return
# nothing was ticked on the page that is sent
evaluations:confirm-all     POST going     ss ---- -!! --- x ---   now=return     pk=participation
evaluations:presentations   GET  going     ss ---- -RR --- R ---   now=return
evaluations:presentations   POST going     ss ---- -WW --- x ---   now=return
evaluations:held            POST going     ss ---- -WW --- x ---   now=return     pk=participation

# --- certificates
certificates:mine           GET  going     ss --R- --- --- - ---   now=return
certificates:paper          GET  going     ss --R- -RR --- R ---   now=return     pk=certificate
certificates:name           POST going     ss --W- -xx --- x ---   now=return     pk=certificate
certificates:revoke         GET  going     ss --x- -xR --- x ---   now=return     pk=certificate
certificates:revoke         POST going     ss --x- -xW --- x ---   now=return     pk=certificate
certificates:team           GET  going     ss ---- xRR --- R ---   now=return
certificates:issue-all      POST going     ss ---- xxW --- x ---   now=return     kind=attendance
certificates:overrule       GET  going     ss ---- xxR --- x ---   now=follow_up  kind=cycle pk=participation
certificates:overrule       POST going     ss ---- xxW --- x ---   now=follow_up  kind=cycle pk=participation
certificates:printed-name   GET  placed    ss ---- xxR --- x ---   now=return     pk=participation
certificates:printed-name   POST placed    ss ---- xxW --- x ---   now=return     pk=participation
certificates:printed-name   GET  going     ss ---- xx! --- x ---   now=return     pk=participation
certificates:printed-name   POST going     ss ---- xx! --- x ---   now=return     pk=participation
certificates:ask            GET  -         RR RRRR RRR RRR R RRR
certificates:verify         GET  going     RR RRRR RRR RRR R RRR   now=return     typed=code
certificates:verify         POST going     WW WWWW WWW WWW W WWW   now=return     typed=code

# --- reports: editions for the alliance, live figures for the lead
impact:editions             GET  -         ss RRRR RRR RRR R RRR
impact:edition              GET  going     ss --R- -RR RRR R -R-   now=return     pk=edition
impact:edition-pdf          GET  going     ss --R- -RR RRR R -R-   now=return     pk=edition
impact:edition-xlsx         GET  going     ss --R- -RR RRR R -R-   now=return     pk=edition
impact:paper                GET  going     ss --R- -RR RRR R -R-   now=return     pk=edition
impact:paper-ask            POST going     ss --W- -WW WWW W -W-   now=return     pk=edition
# what a school sees of its own people
school:people               GET  -         ss xxxx xxx Rxx R xRx
school:people-xlsx          GET  -         ss xxxx xxx Rxx R xRx
school:people-csv           GET  -         ss xxxx xxx Rxx R xRx
# what somebody who travelled lets be shown
impact:shown                GET  going     ss --R- --- --- - ---   now=return
impact:take-back            GET  going     ss --R- --- --- - ---   now=return     moment=return
impact:voice                POST going     ss --W- --- --- - ---   now=return
impact:voice-back           POST going     ss --W- --- --- - ---   now=return
impact:team                 GET  going     ss ---- xxR --- R ---   now=return
impact:findings             POST going     ss ---- xxW --- x ---   now=return
impact:publish              GET  going     ss ---- xxR --- x ---   now=return
impact:publish              POST going     ss ---- xxW --- x ---   now=return
impact:show                 POST going     ss ---- xxW --- x ---   now=return     pk=edition
impact:place                POST going     ss ---- xx! --- x ---   now=return     pk=voice
"""

NOW = world.MOMENTS | {"offered": world.home(2026, 10, 13)}
#: Kinds of what answers to a letter.
LETTERS = {"R": (200, 302), "W": (200, 302, 303, 400, 422), "!": (409, 410), "-": (404,), "x": (403,)}


def lines() -> list[tuple[str, str, str, str, dict[str, str]]]:
    """The table: name, verb, trip, letters, and what the address names."""
    found = []
    for line in TABLE.splitlines():
        if not line or line.startswith("#"):
            continue
        name, verb, scene, *rest = line.split()
        letters = "".join(word for word in rest if "=" not in word)
        given = dict(word.split("=") for word in rest if "=" in word)
        assert len(letters) == len(PERSONAS), f"{len(letters)} letters for {len(PERSONAS)} personas: {line}"
        found.append((name, verb, "selection" if scene == "-" else scene, letters, given))
    return found


ROWS = lines()


def address(house: Alliance, name: str, scene: str, given: dict[str, str]) -> str:
    """The address of a line, with real records in it."""
    pattern = next(route["pattern"] for route in routes() if route["name"] == name)
    names = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    kwargs = house.kwargs(scene, names, given)
    if given.get("on") == "day":
        kwargs["on"] = world.DEPARTS
    assert None not in kwargs.values(), f"{name}: {kwargs}"
    return reverse(name, kwargs=kwargs)


def answer(house: Alliance, persona: str, verb: str, url: str, data: dict[str, Any]) -> str:
    """What somebody gets there, as a letter; what it changed is taken back."""
    with transaction.atomic():
        response = (
            house.clients[persona].generic(verb, url) if verb == "GET" else house.clients[persona].post(url, data)
        )
        transaction.set_rollback(True)
    nothing_stays(persona, response)
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith(reverse("account_login"))):
        return "s"
    return next((letter for letter in _letters(verb) if status in LETTERS[letter]), str(status))


def nothing_stays(persona: str, response: HttpResponse) -> None:
    """Whatever somebody who is signed in gets, nobody finds it in the browser after signing out."""
    if persona not in ("anonymous", "endorser"):
        assert response.headers["Cache-Control"] == "private, no-store", persona


def _letters(verb: str) -> str:
    return "R!-x" if verb == "GET" else "W!-x"


@pytest.mark.parametrize(
    ("name", "verb", "scene", "letters", "given"), ROWS, ids=[" ".join([*row[:3], *row[4].values()]) for row in ROWS]
)
def test_every_persona(house: Alliance, name: str, verb: str, scene: str, letters: str, given: dict[str, str]) -> None:
    url = address(house, name, scene, given)
    known = house.things | house.scenes[scene].things
    data = {"typed": "."} | {key: str(known[value]) for key, value in given.items() if key == "institution"}
    with clock.at(NOW[given.get("now", "selection")]):
        got = {persona: answer(house, persona, verb, url, data) for persona in PERSONAS}
    wanted = dict(zip(PERSONAS, letters, strict=True))
    wrong = [
        f"{persona} gets {got[persona]}, not {wanted[persona]}"
        for persona in PERSONAS
        if got[persona] != wanted[persona]
    ]
    assert wrong == []


def test_every_address_has_a_line() -> None:
    said = {(name, verb) for name, verb, *_ in ROWS}
    asked = {
        (route["name"], verb)
        for route in routes()
        for verb in ("GET", "POST")
        if verb in route["methods"] and group(route) is None
    }
    assert asked - said == set(), "addresses without a line in the access table"
    assert said - asked == set(), "lines without an address"


# --- sign-in and administration, by group ----------------------------------------------------------


def group(route: dict[str, Any]) -> str | None:
    """Addresses that are not ours line by line."""
    if route["pattern"].startswith("/admin/"):
        return "admin"
    if route["pattern"].startswith("/accounts/"):
        return "accounts"
    return None


def grouped(name: str) -> list[dict[str, Any]]:
    return [route for route in routes() if group(route) == name]


def filled(pattern: str) -> str:
    """An address with something in every place."""
    url = re.sub(r"\(\?P<\w+>[^)]*\)", "abc", pattern).replace("$", "").replace("^", "").replace("(?:abc)", "abc")
    url = re.sub(r"\(\?:[^)]*\)\??", "", url).replace("\\Z", "").replace("\\", "")
    return re.sub(r"<[^>]+>", "1", url)


@pytest.mark.parametrize("route", grouped("admin"), ids=lambda route: route["pattern"])
def test_administration_is_for_administrators(house: Alliance, route: dict[str, Any]) -> None:
    url = filled(route["pattern"])
    public = url in ("/admin/login/", "/admin/logout/")
    for persona in PERSONAS:
        with transaction.atomic():
            response = house.clients[persona].get(url)
            transaction.set_rollback(True)
        assert response.status_code < 500, persona
        nothing_stays(persona, response)
        if persona != "administrator" and not public:
            # Past the catch-all of the admin site there may be nothing at all; never a page.
            assert response.status_code in (302, 403, 404), persona
            if response.status_code == 302:
                assert "/login/" in response["Location"], persona


@pytest.mark.parametrize("route", grouped("accounts"), ids=lambda route: route["pattern"])
def test_sign_in_pages_ask_for_sign_in_unless_public(house: Alliance, route: dict[str, Any]) -> None:
    url = filled(route["pattern"])
    resolve(url)
    for persona in ("anonymous", "stranger", "lead"):
        with transaction.atomic():
            response = house.clients[persona].get(url)
            transaction.set_rollback(True)
        assert response.status_code in (200, 302, 404, 405), f"{persona} {response.status_code}"
        nothing_stays(persona, response)
        if persona == "anonymous" and not route["public"]:
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("account_login"))


# --- smuggling -------------------------------------------------------------------------------------

WITH_RECORD = [row for row in ROWS if row[2] != "selection" or row[4]]


def smuggled() -> list[tuple[str, str, str, dict[str, str]]]:
    """Team addresses that name a trip and a record in it."""
    by_name = {route["name"]: route["pattern"] for route in routes()}
    found = {}
    for name, verb, scene, letters, given in ROWS:
        pattern = by_name[name]
        if pattern.startswith("/team/<slug:slug>/") and re.search(r"<(uuid|int):", pattern) and "R" in letters + "R":
            found[name, verb] = (name, verb, scene, given)
    return list(found.values())


@pytest.mark.parametrize(("name", "verb", "scene", "given"), smuggled(), ids=lambda value: str(value))
def test_a_record_of_another_trip_is_not_there(
    house: Alliance, name: str, verb: str, scene: str, given: dict[str, str]
) -> None:
    """A lead puts the own trip in the address and somebody else's record behind it."""
    own, theirs = house.scenes["other"].trip, house.scenes[scene].trip
    url = address(house, name, scene, given).replace(f"/team/{theirs.slug}/", f"/team/{own.slug}/", 1)
    with clock.at(NOW[given.get("now", "selection")]):
        assert answer(house, "other_lead", verb, url, {"typed": "."}) == "-"


def test_routes_are_told_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("routes", "--json")
    assert '"pattern": "/verify/<secret:typed>/"' in capsys.readouterr().out
