"""Questions about people, schools and roles."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.people import second_step
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_change_profile(user: User, person: User) -> Verdict:
    """Everybody says of themselves who they are and where they work."""
    return YES if user.pk == person.pk else no(_("This is not yours to do."))


def can_administer(user: User) -> Verdict:
    """Schools, roles and invitations are for administrators."""
    return YES if user.is_administrator else no(_("This is for administrators of the alliance."))


def can_list_people(user: User) -> Verdict:
    """Administrators list everybody, coordinators the people of their school."""
    if user.is_administrator or user.coordinates:
        return YES
    return no(_("Only administrators and coordinators see lists of people."))


def can_open_person(user: User, person: User) -> Verdict:
    """The page about a person is for those who do something with it; oneself has a profile."""
    if user.is_administrator or person.institution in user.coordinates or _applied_to(user, person):
        return YES
    return no(_("Your own page is your profile."))


def can_confirm(user: User, person: User) -> Verdict:
    """The coordinator of the school, a lead of a trip the person applied to, or an administrator."""
    if not (user.is_administrator or person.institution in user.coordinates or _applied_to(user, person)):
        return no(_("The coordinator of the school confirms this, or the lead of a trip they applied to."))
    if person.pk == user.pk and not user.is_administrator:
        return no(_("Somebody else confirms where you work."))
    if not person.institution_id:
        return no(_("This person has not chosen a school yet."), CONFLICT)
    if person.membership_by_domain:
        return no(_("The mail domain says it already."), CONFLICT)
    if person.membership_confirmed_at:
        return no(_("This was confirmed already."), CONFLICT)
    return YES


def can_decline(user: User, person: User) -> Verdict:
    """Whoever may confirm may also say that it is not so; leads leave that to the school."""
    if not (user.is_administrator or person.institution in user.coordinates):
        return no(_("The coordinator of the school says this."))
    return can_confirm(user, person)


def can_give_role(user: User) -> Verdict:
    """Administrators give the roles of the alliance; a lead gives those of a trip, on the trip's own page."""
    return can_administer(user)


def can_take_role(user: User, role: RoleAssignment) -> Verdict:
    """Administrators take roles away, but never the last administrator's."""
    verdict = can_administer(user)
    if not verdict:
        return verdict
    if role.ended_at:
        return no(_("This role ended already."), CONFLICT)
    if role.role == Role.ADMINISTRATOR and not other_administrators(role):
        return no(_("This is the last administrator. Give the role to somebody else first."), CONFLICT)
    return YES


def can_close_account(user: User, person: User) -> Verdict:
    """Administrators: it takes roles away, which a coordinator does not. Nobody closes the own account this way."""
    verdict = can_administer(user)
    if not verdict:
        return verdict
    if person.pk == user.pk:
        return no(_("Another administrator closes your account."), CONFLICT)
    if person.erased_at or not person.is_active:
        return no(_("This account is closed already."), CONFLICT)
    return YES


def can_open_account(user: User, person: User) -> Verdict:
    """Whoever may close an account takes that back; what was erased does not come back."""
    verdict = can_administer(user)
    if not verdict:
        return verdict
    if person.erased_at or not person.deactivated_at:
        return no(_("This account is open, or was erased."), CONFLICT)
    return YES


def can_reset_second_step(user: User, person: User) -> Verdict:
    """Administrators, for somebody who lost it; for oneself there are recovery codes and a colleague."""
    verdict = can_administer(user)
    if not verdict:
        return verdict
    if person.pk == user.pk:
        return no(_("Ask another administrator, or use a recovery code."), CONFLICT)
    if not second_step.has(person):
        return no(_("There is no second step to reset."), CONFLICT)
    return YES


def other_administrators(role: RoleAssignment) -> bool:
    """Whether somebody else could still let people in."""
    others = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return others.exclude(user=role.user_id).exists()


def _applied_to(user: User, person: Any) -> bool:
    """Whether the person sent an application to a trip the user leads."""
    return bool(user.leads) and person.applications.exclude(status="draft").filter(trip__in=user.leads).exists()
