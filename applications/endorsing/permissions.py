"""Who can be asked to endorse, whether a link still works, and who may ask again."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ANSWERED, ENDORSEMENT
from applications.models import Application, Endorsement, Occasion
from applications.permissions import still_taken
from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution, User
from exchange.transitions import too_late
from exchange.trips.models import Trip
from exchange.trips.permissions import can_lead, going, team_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no
from exchange.words import moment

#: An applicant names another manager at most so often, so that nobody's mailbox is flooded in the alliance's name.
MAX_REQUESTS = 10
#: Days without an answer after which another manager may be asked, also after closing.
REPLACE_FROM = 8
#: The transitions with which somebody endorses.
ENDORSES = ("endorse", "endorse_with_conditions")


def bare(email: str) -> str:
    """An address without case and without what stands after a plus."""
    local, _at, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def own_addresses(user: User) -> set[str]:
    """Every address of this account."""
    return {bare(user.email), *(bare(row.email) for row in user.emailaddress_set.all())}


def domains_of(institution: Institution | None) -> set[str]:
    """The mail domains of a school."""
    return {row.domain.lower() for row in institution.domains.all()} if institution else set()


def in_domain(institution: Institution | None, email: str) -> bool:
    """Whether an address belongs to the school."""
    return email.rpartition("@")[2].lower() in domains_of(institution)


def manager_problem(user: User, email: str) -> str | Promise:
    """Why this address can't be asked to endorse; empty when it can."""
    if bare(email) in own_addresses(user):
        return _("This is your own address. Write the address of your manager.")
    domains = domains_of(user.institution)
    if domains and user.job_role != JobRole.VOLUNTEER and email.rpartition("@")[2].lower() not in domains:
        listed = ", ".join(f"@{domain}" for domain in sorted(domains))
        return _("Write an address at your school: one that ends in %(domains)s.") % {"domains": listed}
    return ""


def colleague_problem(endorsement: Endorsement, email: str) -> str | Promise:
    """Why a manager can't pass the question on to this address; empty when that is fine."""
    if bare(email) in own_addresses(endorsement.application.user):
        return _("This is the address of the applicant. Name somebody else.")
    if bare(email) == bare(endorsement.manager_email):
        return _("This is the address we wrote to. Name somebody else.")
    domains = domains_of(endorsement.submission.institution) | {endorsement.manager_email.rpartition("@")[2].lower()}
    if email.rpartition("@")[2].lower() not in domains:
        listed = ", ".join(f"@{domain}" for domain in sorted(domains))
        return _("Name somebody at the same school, with an address that ends in %(domains)s.") % {"domains": listed}
    return ""


def to_be_confirmed(endorsement: Endorsement) -> bool:
    """Whether the address lies outside the school's domains, so that coordinator or lead must know the person."""
    return not endorsement.recorded_at and not in_domain(endorsement.submission.institution, endorsement.manager_email)


def answered(endorsement: Endorsement | None) -> bool:
    """Whether the manager answered; what was answered is not for the applicant."""
    return bool(endorsement and endorsement.status in ANSWERED)


def over_with_publication(endorsement: Endorsement) -> bool:
    """Whether the publication ended this request; one of after it, since the trip moved, goes on until departure."""
    published_at = endorsement.application.trip.published_at
    first = endorsement.occasion == Occasion.APPLICATION
    return bool(first and published_at and endorsement.asked_at < published_at)


def can_ask_manager(user: User, application: Application) -> Verdict:
    """The house asks for whoever sends the application: its author, or the lead who admits it."""
    if application.user_id != user.pk and not can_lead(user, application.trip):
        return no(_("This is not your application."))
    if application.status != "submitted":
        return no(_("Your manager is asked once you have sent your application."), CONFLICT)
    return YES


def can_replace_manager(user: User, application: Application, endorsement: Endorsement | None) -> Verdict:
    """The applicant asks somebody else as long as nobody answered: until closing at any time, and until the
    publication when the mail came back or the manager was silent for eight days.
    """
    verdict = _waiting(user, application, endorsement)
    if not verdict or endorsement is None:
        return verdict
    if endorsement.generation >= MAX_REQUESTS:
        return no(_("You asked several people already. Write to the project team."), CONFLICT)
    if over_with_publication(endorsement):
        return no(_("The selection is published."), CONFLICT)
    if silent(endorsement) or still_taken(user, application.trip, clock.now()):
        return YES
    when = date_format(endorsement.asked_at.astimezone(clock.HOME) + timedelta(days=REPLACE_FROM), "l j F")
    text = _("The call has closed. If your manager has not answered by %(when)s, you can ask somebody else.")
    return no(text % {"when": when}, CONFLICT)


def silent(endorsement: Endorsement) -> bool:
    """Whether another manager should be asked: the mail came back, or eight days passed."""
    asked_on = clock.day_of(endorsement.asked_at)
    return bool(endorsement.bounced_at) or (clock.today() - asked_on).days >= REPLACE_FROM


def can_remind_manager(user: User, application: Application, endorsement: Endorsement | None) -> Verdict:
    """The applicant has the same question mailed again, once a day, until the selection is published."""
    verdict = _waiting(user, application, endorsement)
    if verdict and endorsement and over_with_publication(endorsement):
        return no(_("The selection is published."), CONFLICT)
    if verdict and endorsement and endorsement.bounced_at:
        return no(_("The mail came back, so mailing it again does not help. Look at the address."), CONFLICT)
    return verdict


def _waiting(user: User, application: Application, endorsement: Endorsement | None) -> Verdict:
    if application.user_id != user.pk:
        return no(_("This is not your application."))
    if application.trip.cancelled_at:
        return going(application.trip)
    if clock.today() >= application.trip.departs_on:
        return no(_("The trip has departed; nothing is asked any more."), CONFLICT)
    if application.status != "submitted" or not endorsement:
        return no(_("Your manager is asked once you have sent your application."), CONFLICT)
    if answered(endorsement):
        return no(_("Your manager has answered."), CONFLICT)
    return YES


def can_endorse(endorsement: Endorsement, generation: int, *names: str) -> Verdict:
    """Whether a link still works: the newest request, not answered, the application stands, nothing published yet.

    `names`: with which transitions it would be answered.
    """
    application, trip = endorsement.application, endorsement.application.trip
    if endorsement.status == "replaced" or endorsement.generation != generation:
        return no(_("A newer request took the place of this one. Use the link in the newest mail."), GONE)
    if trip.cancelled_at:
        return no(_("This trip was cancelled. You need not answer."), GONE)
    if endorsement.status != "asked":
        reason = _("This request was answered on %(when)s.") % {"when": moment(endorsement.answered_at)}
        return too_late(ENDORSEMENT, endorsement, reason, *names)
    if application.status != "submitted":
        return no(_("The application was withdrawn. You need not answer."), GONE)
    if endorsement.occasion == Occasion.APPLICATION and clock.today() >= trip.departs_on:
        return no(_("The trip has departed, so this link has expired. Write to the project team."), GONE)
    if over_with_publication(endorsement):
        return no(_("The selection is published, so this link has expired. Write to the project team."), GONE)
    if trip.closed_at:
        return no(_("This trip is completed. You need not answer."), GONE)
    return YES


def can_record_on_paper(user: User, endorsement: Endorsement) -> Verdict:
    """The lead records an answer received on paper, as long as none came by link."""
    if not team_hats(user, endorsement.application.trip) & {Hat.LEAD}:
        return no(_("Only the lead of this trip does this."))
    if endorsement.application.trip.cancelled_at:
        return going(endorsement.application.trip)
    if endorsement.status != "asked":
        reason = _("This request is no longer open: it is “%(state)s”.") % {"state": endorsement.get_status_display()}
        return too_late(ENDORSEMENT, endorsement, reason, *ENDORSES)
    return YES


def can_ask_school(user: User, trip: Trip, occasion: str) -> Verdict:
    """The lead asks the schools' contacts again: after the return, and from a month before the follow-up day on."""
    verdict = can_lead(user, trip)
    if not verdict:
        return verdict
    if not going(trip):
        return going(trip)
    if trip.closed_at:
        return no(_("This trip is completed; nobody is asked any more."), GONE)
    first = {
        Occasion.RETURN: trip.returns_on + timedelta(days=1),
        Occasion.ONE_YEAR: trip.follow_up_on - timedelta(days=30),
    }[Occasion(occasion)]
    if clock.today() < first:
        return no(_("The schools are asked from %(when)s on.") % {"when": date_format(first, "j F Y")}, CONFLICT)
    return YES
