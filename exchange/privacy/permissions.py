"""Questions about what is held about somebody."""

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User
from exchange.people.permissions import other_administrators
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_erase(user: User, person: User) -> Verdict:
    """Oneself, or an administrator who was asked to; not while others count on this person."""
    if not (user.pk == person.pk or user.is_administrator):
        return no(_("This is not yours to do."))
    if person.erased_at:
        return no(_("This was erased already."), CONFLICT)
    if trip := travelling(person):
        text = _("%(trip)s: not before the return, while somebody travels along. Or give the place back first.")
        return no(text % {"trip": trip}, CONFLICT)
    if trip := leading_alone(person):
        text = _("%(trip)s has no other lead. Somebody takes that over first.")
        return no(text % {"trip": trip}, CONFLICT)
    role = RoleAssignment.objects.current().filter(user=person, role=Role.ADMINISTRATOR).first()
    if role and not other_administrators(role):
        return no(_("This is the last administrator. Give the role to somebody else first."), CONFLICT)
    return YES


def travelling(person: User) -> Model | None:
    """A trip this person has a place on and that is not back yet."""
    ahead = Q(trip__cancelled_at=None, trip__returns_on__gte=clock.today())
    place = apps.get_model("trips", "Participation").objects.active().filter(ahead, user=person)
    found = place.select_related("trip").order_by("trip__departs_on").first()
    return found.trip if found else None


def leading_alone(person: User) -> Model | None:
    """A trip that is not closed and that nobody else leads."""
    leads = apps.get_model("trips", "TeamMember").objects.filter(trip=OuterRef("pk"), role="lead")
    running = apps.get_model("trips", "Trip").objects.filter(closed_at=None, cancelled_at=None)
    own, others = Exists(leads.filter(user=person)), Exists(leads.exclude(user=person))
    return running.filter(own & ~others).order_by("departs_on").first()
