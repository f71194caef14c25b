"""Questions about one's own application, the manager's endorsement and the place that is offered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import APPLICATION, BACKED, OFFER
from applications.models import Admission, Application, Endorsement, Occasion, Offer
from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution
from exchange.templatetags.house import moment
from exchange.transitions import may
from exchange.trips.lifecycle import PARTICIPATION
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import going, team_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no

#: In the order of the form; the last section is reading it all.
SECTIONS = ("about", "motivation", "goals", "initiative", "manager")
MAX_GOALS = 4
#: An applicant names another manager at most so often, so that nobody's mailbox is flooded in the alliance's name.
MAX_REQUESTS = 10
#: Days without an answer after which another manager may be asked, also after closing.
REPLACE_FROM = 8


def applicant_hats(user: Any, application: Application) -> frozenset[Hat]:
    """Owner, for the applicant."""
    return frozenset({Hat.OWNER}) if application.user_id == user.pk else frozenset()


# --- the call --------------------------------------------------------------------------------------


def window(trip: Trip, now: datetime) -> Verdict:
    """Whether the call is open at this moment, as everybody is told. `closes_at` itself is too late."""
    if trip.cancelled_at:
        return going(trip)
    if not trip.announced_at:
        return no(_("This trip is not announced yet, so nobody can apply."), CONFLICT)
    if now < trip.opens_at:
        return no(_("The call opens on %(when)s.") % {"when": moment(trip.opens_at)}, CONFLICT)
    if now >= trip.closes_at:
        return no(_("The call closed on %(when)s.") % {"when": moment(trip.closes_at)}, GONE)
    return YES


def still_taken(user: Any, trip: Trip, now: datetime) -> Verdict:
    """Whether something this person sends is taken: in the window, in the grace after it, or by late access."""
    verdict = window(trip, now)
    if verdict or verdict.status != GONE or trip.cancelled_at:
        return verdict
    if now < trip.accepts_until and not trip.published_at:
        return YES
    until = late_until(user, trip)
    return YES if until and now < until else verdict


def late_until(user: Any, trip: Trip) -> datetime | None:
    """Until when the lead lets this person write after closing; a confirmed address counts, until the publication."""
    if trip.published_at:
        return None
    addresses = user.emailaddress_set.filter(verified=True).values(lower=Lower("email"))
    found = trip.late_access.annotate(lower=Lower("email")).filter(lower__in=addresses)
    return found.aggregate(until=Max("until_at"))["until"]


def can_apply(user: Any, trip: Trip) -> Verdict:
    """Anybody with an account, while the call is open, except who runs the trip: they go along without applying."""
    if team_hats(user, trip) & {Hat.LEAD, Hat.COMPANION}:
        return no(_("You are in the team of this trip. You go along without applying."))
    return still_taken(user, trip, clock.now())


def can_write(user: Any, trip: Trip, application: Application | None) -> Verdict:
    """Write in the own draft until closing; a sent application is revised the same way, a withdrawn one is not."""
    if application and application.user_id != user.pk:
        return no(_("This is not your application."))
    verdict = can_apply(user, trip)
    if verdict and application and application.status == "withdrawn":
        return no(_("You withdrew this application. Undo that first, then you can write on."), CONFLICT)
    return verdict


def can_open(user: Any, trip: Trip, application: Application | None) -> Verdict:
    """See the form: as `can_write`, but nobody begins in the grace, which is for what was begun in time."""
    verdict = can_write(user, trip, application)
    if verdict and application is None and not (told := window(trip, clock.now())) and not late_until(user, trip):
        return told
    return verdict


def can_submit(user: Any, application: Application) -> Verdict:
    """Send, or send again, until closing. Whether anything is missing is asked by the action."""
    verdict = can_write(user, application.trip, application)
    name = "submit" if application.status == "draft" else "revise"
    return verdict and may(APPLICATION, name, application, applicant_hats(user, application))


def can_withdraw(user: Any, application: Application) -> Verdict:
    """Until closing."""
    verdict = may(APPLICATION, "withdraw", application, applicant_hats(user, application))
    return verdict and still_taken(user, application.trip, clock.now())


def can_reinstate(user: Any, application: Application) -> Verdict:
    """Until closing."""
    verdict = may(APPLICATION, "reinstate", application, applicant_hats(user, application))
    return verdict and still_taken(user, application.trip, clock.now())


def can_ask_admission(user: Any, application: Application) -> Verdict:
    """The author of a draft that the deadline caught, once, until the selection is published."""
    if application.user_id != user.pk:
        return no(_("This is not your application."))
    trip = application.trip
    if trip.cancelled_at:
        return going(trip)
    if application.status != "draft":
        return no(_("Your application was sent, so there is nothing to ask."), CONFLICT)
    if still_taken(user, trip, clock.now()):
        return no(_("You can still send it yourself."), CONFLICT)
    if trip.published_at:
        return no(_("The selection is published; nobody can be admitted any more."), GONE)
    if Admission.objects.filter(application=application).exists():
        return no(_("You asked this already. The team answers by mail."), CONFLICT)
    return YES


# --- what is still missing -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that must be there before sending: in which section, at which field, in words."""

    section: str
    field: str
    text: str | Promise


#: What each field asks for when it is empty.
ASKED = {
    "about": {
        "name": _("Write your name as it must be printed."),
        "job_role": _("Choose your job role."),
        "institution": _("Choose your school."),
        "employment": _("Say how you work there."),
    },
    "motivation": {"motivation": _("Write your motivation.")},
    "initiative": {
        "proactive_past": _("Write what you set in motion yourself."),
        "proactive_plan": _("Write what you will do first after the trip."),
        "school_use": _("Write what your school will do with it."),
    },
    "manager": {
        "can_travel": _("Say whether you can travel on all days."),
        "manager_name": _("Write the name of your manager."),
        "manager_email": _("Write the e-mail address of your manager."),
        "committed": _("Commit yourself to the hours and the days."),
    },
}
#: What the form asks and the profile keeps.
PROFILE = ("name", "job_role", "institution")
GOAL_ASKED = {
    "students_notice": _("Learning goal %(number)s: write what students will notice."),
    "able_to": _("Learning goal %(number)s: write what you want to be able to do."),
    "others_see": _("Learning goal %(number)s: write how others will see it."),
}


def gaps(application: Application, goals: list[dict[str, Any]]) -> list[Gap]:
    """What is missing before this draft can be sent, in the order of the form. `goals` as in applications.content."""
    found = [
        Gap(section, name, text)
        for section, fields in ASKED.items()
        for name, text in fields.items()
        if not getattr(application.user if name in PROFILE else application, name)
    ]
    found += _goal_gaps(goals)
    if application.manager_email and (problem := manager_problem(application.user, application.manager_email)):
        found.append(Gap("manager", "manager_email", problem))
    return sorted(found, key=lambda gap: SECTIONS.index(gap.section))


def _goal_gaps(goals: list[dict[str, Any]]) -> list[Gap]:
    if not goals:
        return [Gap("goals", "goal-0-students_notice", _("Write at least one learning goal."))]
    return [
        Gap("goals", f"goal-{index}-{name}", text % {"number": index + 1})
        for index, goal in enumerate(goals)
        for name, text in GOAL_ASKED.items()
        if not goal[name]
    ]


# --- the manager -----------------------------------------------------------------------------------


def bare(email: str) -> str:
    """An address without case and without what stands after a plus."""
    local, _at, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def own_addresses(user: Any) -> set[str]:
    """Every address of this account."""
    return {bare(user.email), *(bare(row.email) for row in user.emailaddress_set.all())}


def domains_of(institution: Institution | None) -> set[str]:
    """The mail domains of a school."""
    return {row.domain.lower() for row in institution.domains.all()} if institution else set()


def in_domain(institution: Institution | None, email: str) -> bool:
    """Whether an address belongs to the school."""
    return email.rpartition("@")[2].lower() in domains_of(institution)


def manager_problem(user: Any, email: str) -> str | Promise:
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
    return bool(endorsement and endorsement.status in (*BACKED, "refused"))


def can_replace_manager(user: Any, application: Application, endorsement: Endorsement | None) -> Verdict:
    """The applicant asks somebody else as long as nobody answered: until closing at any time, and until the
    publication when the mail came back or the manager was silent for eight days.
    """
    verdict = _waiting(user, application, endorsement)
    if not verdict or endorsement is None:
        return verdict
    if endorsement.generation >= MAX_REQUESTS:
        return no(_("You asked several people already. Write to the project team."), CONFLICT)
    if application.trip.published_at:
        return no(_("The selection is published."), CONFLICT)
    if silent(endorsement) or still_taken(user, application.trip, clock.now()):
        return YES
    when = date_format(endorsement.asked_at.astimezone(clock.HOME) + timedelta(days=REPLACE_FROM), "l j F")
    text = _("The call has closed. If your manager has not answered by %(when)s, you can ask somebody else.")
    return no(text % {"when": when}, CONFLICT)


def silent(endorsement: Endorsement) -> bool:
    """Whether another manager should be asked: the mail came back, or eight days passed."""
    asked_on = endorsement.asked_at.astimezone(clock.HOME).date()
    return bool(endorsement.bounced_at) or (clock.today() - asked_on).days >= REPLACE_FROM


def can_remind_manager(user: Any, application: Application, endorsement: Endorsement | None) -> Verdict:
    """The applicant has the same question mailed again, once a day, until the selection is published."""
    verdict = _waiting(user, application, endorsement)
    if verdict and application.trip.published_at:
        return no(_("The selection is published."), CONFLICT)
    if verdict and endorsement and endorsement.bounced_at:
        return no(_("The mail came back, so mailing it again does not help. Look at the address."), CONFLICT)
    return verdict


def _waiting(user: Any, application: Application, endorsement: Endorsement | None) -> Verdict:
    if application.user_id != user.pk:
        return no(_("This is not your application."))
    if application.trip.cancelled_at:
        return going(application.trip)
    if application.status != "submitted" or not endorsement:
        return no(_("Your manager is asked once you have sent your application."), CONFLICT)
    if answered(endorsement):
        return no(_("Your manager has answered."), CONFLICT)
    return YES


# --- the manager's own page ------------------------------------------------------------------------


def can_endorse(endorsement: Endorsement, generation: int) -> Verdict:
    """Whether a link still works: the newest request, not answered, the application stands, nothing published yet."""
    application, trip = endorsement.application, endorsement.application.trip
    if endorsement.status == "replaced" or endorsement.generation != generation:
        return no(_("A newer request took the place of this one. Use the link in the newest mail."), GONE)
    if trip.cancelled_at:
        return no(_("This trip was cancelled. You need not answer."), GONE)
    if endorsement.status != "asked":
        return no(_("This request was answered on %(when)s.") % {"when": moment(endorsement.answered_at)}, CONFLICT)
    if application.status != "submitted":
        return no(_("The application was withdrawn. You need not answer."), GONE)
    if endorsement.occasion == Occasion.APPLICATION and trip.published_at:
        return no(_("The selection is published, so this link has expired. Write to the project team."), GONE)
    if trip.closed_at:
        return no(_("This trip is completed. You need not answer."), GONE)
    return YES


def can_record_on_paper(user: Any, endorsement: Endorsement) -> Verdict:
    """The lead records an answer received on paper, as long as none came by link."""
    if not team_hats(user, endorsement.application.trip) & {Hat.LEAD, Hat.ADMINISTRATOR}:
        return no(_("Only the lead of this trip does this."))
    if endorsement.application.trip.cancelled_at:
        return going(endorsement.application.trip)
    if endorsement.status != "asked":
        return no(
            _("This request is no longer open: it is “%(state)s”.") % {"state": endorsement.get_status_display()},
            CONFLICT,
        )
    return YES


# --- the offer and the place -----------------------------------------------------------------------


def can_answer(user: Any, offer: Offer, name: str) -> Verdict:
    """Confirm or decline (`name`) an offer that is open and not expired."""
    trip = offer.application.trip
    verdict = may(OFFER, name, offer, applicant_hats(user, offer.application))
    if not verdict:
        return verdict
    if trip.cancelled_at:
        return going(trip)
    if offer.expired(clock.now()):
        return no(_("You could answer until %(when)s.") % {"when": moment(offer.reply_by_at)}, GONE)
    return YES


def can_give_back(user: Any, participation: Participation) -> Verdict:
    """A participant gives the place back until the day of return."""
    trip = participation.trip
    hats = frozenset({Hat.OWNER}) if participation.user_id == user.pk else frozenset()
    verdict = may(PARTICIPATION, "cancel", participation, hats)
    if not verdict:
        return verdict
    if trip.cancelled_at:
        return going(trip)
    if clock.today() > trip.returns_on:
        return no(_("The trip is over. A place can be given back until the day of return."), GONE)
    return YES
