"""Every page with who opens it, in the demonstration alliance. A test fails on a route that is missing here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from applications.endorsing.tokens import token
from applications.models import Admission, Application, Assessment, Endorsement, Offer
from evaluations.certificates.models import Certificate
from evaluations.impact.models import ReportEdition
from evaluations.models import Action
from exchange.outbox.models import OutboxMessage
from exchange.people.models import Institution, User
from exchange.trips.models import LearningGoal, Participation, ProgrammeItem, Trip

CALL, SELECTION, PREPARING = "safeguarding-2", "digitaal-tallinn", "werkplek-aarhus"
TRAVELLING, RETURNED, YEAR, CLOSED = "welkom-manchester", "wijk-birmingham", "herstel-belfast", "safeguarding-1"
PLANNING, CANCELLED = "taal-antwerpen", "groen-dublin"


@dataclass(frozen=True)
class Page:
    """One page: who opens which route, with arguments looked up when the alliance is there."""

    who: str
    route: str
    args: Callable[[], list[Any]] = list
    label: str = ""
    status: int = 200
    query: str = ""

    @property
    def name(self) -> str:
        """For file names and test ids."""
        return "-".join(part for part in (self.route.replace(":", "-"), self.label, self.who) if part)

    def path(self) -> str:
        return reverse(self.route, args=self.args()) + self.query


def person(key: str) -> User:
    return User.objects.get(email=f"{key}@exchange.example")


def trip(slug: str) -> Trip:
    return Trip.objects.get(slug=slug)


def own(key: str, slug: str) -> Any:
    return Application.objects.get(user=person(key), trip__slug=slug).pk


def some(slug: str, **fields: Any) -> Any:
    return (
        Application.objects.filter(trip__slug=slug, **fields)
        .exclude(status="draft")
        .order_by("submitted_at")
        .first()
        .pk
    )


def part(slug: str) -> Participation:
    return Participation.objects.filter(trip__slug=slug, status="active").order_by("printed_name").first()


def uncertified(slug: str) -> Participation:
    return Participation.objects.filter(trip__slug=slug, status="active", certificates=None).first()


def goal_of(key: str) -> Any:
    return LearningGoal.objects.filter(participation__user=person(key)).first().pk


def s(slug: str) -> Callable[[], list[Any]]:
    return lambda: [slug]


def on(slug: str, day: int) -> Callable[[], list[Any]]:
    return lambda: [slug, trip(slug).departs_on + timedelta(day)]


def read_at(key: str, slug: str) -> Any:
    """An application that the coordinator of a school may read."""
    return some(slug, status="submitted", submissions__institution=person(key).institution)


def offered() -> Offer:
    """The place held for a reserve since yesterday."""
    return Offer.objects.get(application__user=person("applicant2"), status="open")


def cert(**fields: Any) -> Certificate:
    return Certificate.objects.filter(status="issued", **fields).order_by("serial").first()


def asked(occasion: str = "application", slug: str = "", generation: int = 1) -> str:
    """The link of a manager who has not answered; of the second generation one whose first answer stands there."""
    trip = slug or (CALL if occasion == "application" else YEAR)
    rows = Endorsement.objects.filter(status="asked", occasion=occasion, application__trip__slug=trip)
    return token(rows.filter(generation=generation).first())


def action(key: str = "alumnus") -> Any:
    return Action.objects.filter(participation__user=person(key), status="planned").first().pk


PAGES = [
    # anybody
    *(Page("", route) for route in ("trips:open", "privacy", "accessibility", "contact", "certificates:ask")),
    *(Page("", "trips:detail", s(slug), slug) for slug in (CALL, SELECTION, CLOSED, CANCELLED)),
    Page("", "certificates:verify", lambda: [cert().code]),
    Page("", "certificates:verify", lambda: ["0" * 26], "unknown", 404),
    Page("", "applications:endorse", lambda: [asked()]),
    Page("", "applications:endorse", lambda: [asked()], "refuse", query="?answer=refuse"),
    Page("", "applications:endorse", lambda: [asked()], "yes", query="?answer=endorse"),
    Page("", "applications:endorse", lambda: [asked()], "other", query="?answer=not_me"),
    Page("", "applications:endorse", lambda: [asked(generation=2)], "again"),
    Page("", "applications:endorse", lambda: ["nonsense"], "dead", 404),
    Page("", "applications:endorse-thanks"),
    *(
        Page("", f"account_{route}")
        for route in ("login", "signup", "request_login_code", "reset_password", "reset_password_done", "inactive")
    ),
    Page("", "account_reset_password_from_key", lambda: ["1", "dead-link"], "dead"),
    Page("", "account_reset_password_from_key_done"),
    # the applicant
    Page("applicant", "home"),
    Page("applicant", "applications:apply", s(CALL)),
    *(
        Page("applicant", "applications:section", lambda section=section: [CALL, section], section)
        for section in ("motivation", "goals", "initiative", "manager")
    ),
    Page("applicant", "applications:review", s(CALL)),
    Page("applicant", "applications:mine", lambda: [own("applicant", CALL)], "draft"),
    Page("applicant", "applications:mine", lambda: [own("applicant", SELECTION)], "sent"),
    Page("applicant", "applications:version", lambda: [own("applicant", SELECTION), 1]),
    Page("applicant2", "applications:withdraw", lambda: [own("applicant2", CALL)]),
    Page("applicant2", "applications:manager", lambda: [own("applicant2", CALL)]),
    Page("applicant2", "applications:mine", lambda: [own("applicant2", CALL)], "open"),
    Page("applicant", "people:profile"),
    Page("applicant", "privacy:data"),
    Page("applicant", "privacy:erase-me"),
    Page("participant", "privacy:erase-me", label="travelling"),
    Page("applicant", "privacy:held", lambda: ["outbox.outboxmessage"]),
    Page("applicant", "outbox:mine"),
    Page("applicant", "trips:calendar-page"),
    *(
        Page("applicant", route)
        for route in ("account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout")
    ),
    # the participant
    Page("participant", "home"),
    Page("participant", "trips:mine", s(TRAVELLING)),
    Page("participant", "evaluations:evening", on(TRAVELLING, 0), "yesterday"),
    Page("participant", "evaluations:goal", lambda: [goal_of("participant")]),
    Page("participant", "applications:mine", lambda: [own("participant", TRAVELLING)], "placed"),
    Page("applicant2", "applications:mine", lambda: [own("applicant2", SELECTION)], "caught"),
    Page("applicant2", "applications:ask-admission", lambda: [own("applicant2", SELECTION)]),
    Page("applicant2", "applications:offer", lambda: [offered().application_id]),
    Page("applicant2", "applications:offer-decline", lambda: [offered().application_id]),
    Page("lead2", "applications:retract", lambda: [PREPARING, offered().pk]),
    Page("participant2", "applications:give-back", lambda: [own("participant2", PREPARING)]),
    Page("participant2", "home"),
    Page("participant2", "evaluations:sharpen", lambda: [goal_of("participant2")]),
    Page("participant", "certificates:mine", s(TRAVELLING)),
    Page("alumnus2", "home"),
    Page("alumnus2", "evaluations:return", s(RETURNED)),
    Page("alumnus2", "evaluations:presentation", s(RETURNED)),
    Page("alumnus2", "evaluations:plan", s(RETURNED)),
    Page("alumnus2", "evaluations:action-new", s(RETURNED)),
    Page("alumnus", "home"),
    Page("alumnus", "evaluations:goal", lambda: [goal_of("alumnus")]),
    Page("alumnus", "evaluations:plan", s(YEAR)),
    Page("alumnus", "evaluations:action", lambda: [action()]),
    Page("alumnus", "evaluations:action-edit", lambda: [action()]),
    Page("alumnus", "evaluations:follow-up", s(YEAR)),
    Page("alumnus2", "evaluations:follow-up", s(RETURNED), "early", 409),
    Page("alumnus", "certificates:mine", s(YEAR)),
    Page("alumnus", "impact:editions"),
    Page("alumnus", "impact:shown", s(YEAR)),
    Page("alumnus", "impact:take-back", lambda: [YEAR, "return"]),
    Page("alumnus2", "impact:shown", s(RETURNED), "nothing"),
    # the team
    Page("reviewer", "home"),
    Page("reviewer", "applications:to-review"),
    Page(
        "reviewer",
        "applications:assess",
        lambda: [Assessment.objects.filter(reviewer=person("reviewer"), status="assigned").first().pk],
    ),
    Page("lead", "home"),
    Page("lead", "trips:team-list"),
    Page("lead", "trips:new"),
    *(Page("lead", "trips:team", s(slug), slug) for slug in (PLANNING, CALL, SELECTION, TRAVELLING, CLOSED)),
    *(
        Page("lead", f"trips:{route}", s(PLANNING))
        for route in (
            "edit",
            "dates",
            "asked",
            "means",
            "item-new",
            "hosts",
            "host-new",
            "meetings",
            "meeting-new",
            "members",
        )
    ),
    Page("lead", "trips:programme", s(CALL)),
    Page("lead", "trips:item", lambda: [CALL, ProgrammeItem.objects.filter(trip__slug=CALL).first().pk]),
    Page("lead", "trips:host", lambda: [CALL, trip(CALL).trip_hosts.first().pk]),
    Page("lead", "trips:host-visit", lambda: [CALL, trip(CALL).trip_hosts.first().pk]),
    Page("lead", "trips:meeting", lambda: [CALL, trip(CALL).meetings.first().pk]),
    Page("lead", "trips:deadline", s(CALL)),
    Page("lead", "trips:move", s(CALL)),
    Page("lead", "trips:announce", s(PLANNING)),
    Page("lead2", "trips:remind", lambda: [RETURNED, "plan"]),
    Page("lead", "trips:move", s(CALL), "looked", query="?departs_on=2030-07-20"),
    Page("lead2", "trips:close", s(YEAR), "early", 409),
    Page("companion", "trips:attendance", s(TRAVELLING)),
    Page("companion", "trips:attendance-day", on(TRAVELLING, 0)),
    Page("companion", "trips:attendance-meeting", lambda: [TRAVELLING, trip(TRAVELLING).meetings.first().pk]),
    Page("lead", "trips:travellers", s(TRAVELLING)),
    Page("lead", "applications:rubric", s(CALL)),
    Page("lead", "applications:conditions", s(CALL)),
    Page("lead", "applications:conditions", s(PLANNING), "open"),
    Page("lead", "applications:rubric", s(PLANNING), "empty"),
    Page("lead", "applications:list", s(SELECTION)),
    Page("lead", "applications:list", s(PLANNING), "empty"),
    Page("lead", "applications:detail", lambda: [SELECTION, some(SELECTION)]),
    Page("lead", "applications:paper", lambda: [SELECTION, some(SELECTION, endorsements__status="asked")]),
    Page("lead", "applications:late", s(SELECTION)),
    Page("lead2", "applications:schools", s(YEAR)),
    Page("", "applications:endorse", lambda: [asked("return")], "later"),
    Page("lead", "applications:late", s(CALL), "empty"),
    Page("lead", "applications:admission", lambda: [SELECTION, Admission.objects.get(status="asked").pk]),
    Page("lead", "applications:reviewers", s(SELECTION)),
    Page("lead", "applications:selection", s(SELECTION)),
    Page("lead", "applications:letters", s(SELECTION)),
    Page("lead", "applications:publish", s(SELECTION)),
    Page("lead", "applications:reserve", s(TRAVELLING)),
    Page("lead", "applications:cancel-trip", s(CALL)),
    Page("lead", "applications:write", s(TRAVELLING)),
    Page("lead", "applications:people", s(CALL)),
    Page("lead", "applications:people", s(SELECTION), "selection"),
    Page("lead", "applications:people", s(PLANNING), "empty"),
    Page("companion", "applications:people", s(TRAVELLING), "published"),
    Page("lead", "applications:remind", s(CALL), query="?group=managers"),
    Page("lead", "applications:invite", s(CALL)),
    Page("companion", "home"),
    Page("companion", "evaluations:evenings", s(TRAVELLING)),
    Page("companion", "evaluations:goals", s(TRAVELLING)),
    Page("companion2", "evaluations:levels", s(YEAR)),
    Page("companion2", "evaluations:presentations", s(RETURNED)),
    Page("companion2", "evaluations:outcomes", s(YEAR)),
    Page("lead", "certificates:team", s(CLOSED)),
    Page("lead2", "certificates:overrule", lambda: [RETURNED, part(RETURNED).pk, "attendance"], status=200),
    Page("lead2", "certificates:printed-name", lambda: [RETURNED, uncertified(RETURNED).pk]),
    Page("lead", "certificates:revoke", lambda: [cert(participation__trip__slug=CLOSED).pk]),
    Page("lead", "impact:team", s(CLOSED)),
    Page("lead", "impact:publish", s(CLOSED)),
    Page("lead", "outbox:list", s(TRAVELLING)),
    Page(
        "lead",
        "outbox:message",
        lambda: [OutboxMessage.objects.filter(trip=trip(SELECTION).pk, sealed=False).first().pk],
    ),
    Page("lead", "history:trip", s(SELECTION)),
    # the alliance
    Page("coordinator", "home"),
    Page("coordinator", "school:people"),
    Page("coordinator", "applications:school"),
    Page("coordinator", "applications:school-people", s(CALL)),
    Page("coordinator", "applications:school-remind", s(CALL), query="?group=drafts"),
    Page("coordinator", "applications:school-invite", s(CALL)),
    Page("coordinator", "applications:school-read", lambda: [SELECTION, read_at("coordinator", SELECTION)]),
    Page("coordinator", "people:list"),
    Page("coordinator", "people:person", lambda: [person("coordinator").pk]),
    Page("partner", "home"),
    Page("partner", "impact:editions"),
    Page(
        "partner",
        "impact:edition",
        lambda: [ReportEdition.objects.filter(trip__slug=CLOSED).order_by("-number").first().pk],
    ),
    Page("partner", "impact:edition", lambda: [ReportEdition.objects.filter(trip__slug=YEAR).first().pk], "suppressed"),
    Page("funder", "impact:paper", lambda: [ReportEdition.objects.filter(trip__slug=CLOSED).first().pk]),
    Page("funder", "home"),
    Page("admin", "home"),
    Page("admin", "people:list"),
    Page("admin", "people:person", lambda: [person("lead").pk]),
    Page("admin", "people:close-account", lambda: [person("lead").pk]),
    Page("admin", "people:close-account", lambda: [person("reviewer").pk], label="others"),
    Page("admin", "people:invite"),
    Page("admin", "privacy:erase", lambda: [person("applicant2").pk]),
    Page("admin", "people:schools"),
    Page("admin", "people:new-school"),
    Page("admin", "people:school", lambda: [Institution.objects.first().pk]),
    Page("admin", "outbox:all"),
    Page("admin", "jobs:list"),
    Page("admin", "history:all"),
    Page("lead", "history:mine"),
    Page("admin", "trips:take-lead", s(SELECTION)),
    Page("admin", "trips:themes"),
]

#: Routes without a page of their own: files. Pages that belong to a step of signing in are walked in test_sign_in.py.
NO_PAGE = {
    "health", "carry_on", "applications:version-pdf", "trips:poster",
    "trips:calendar", "trips:travellers-sheet", "privacy:download", "applications:list-xlsx",
    "applications:list-csv", "certificates:paper", "impact:edition-pdf", "impact:edition-xlsx", "school:people-xlsx",
    "school:people-csv", "mfa_download_recovery_codes", "unsent",
    "applications:people-xlsx", "applications:people-csv", "applications:school-people-xlsx",
    "applications:school-people-csv", "applications:invite-xlsx", "applications:invite-csv",
    # a list that was brought along, in test_lists.py
    "applications:invite-check", "applications:school-invite-check",
    "demo:mails", "demo:mail", "gallery",  # only in demo mode
    "people:open-account", "people:reset-second-step",  # nobody told of in the demonstration left or lost a phone
    "account_set_password",  # only for who has no password yet: the same form as account_change_password
}  # fmt: skip
#: The steps of signing in, in the order of test_sign_in.py.
SIGN_IN = {
    "account_confirm_login_code", "account_email_verification_sent", "account_reauthenticate", "mfa_activate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn", "openid_connect_login", "openid_connect_callback", "socialaccount_signup",
    "socialaccount_connections", "socialaccount_login_cancelled",
}  # fmt: skip
