"""Verbs about people, schools and roles; each leaves an entry in history."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from exchange import clock, wings
from exchange.history.actions import record
from exchange.outbox.actions import queue
from exchange.people.leaving import When, duties_of
from exchange.people.lifecycle import ROLE_SENTENCES, Role
from exchange.people.models import MEMBERSHIP, FormerName, Institution, MailDomain, RoleAssignment, User
from exchange.people.permissions import (
    can_administer,
    can_change_profile,
    can_close_account,
    can_confirm,
    can_decline,
    can_give_role,
    can_open_account,
    can_reset_second_step,
    can_take_role,
)
from exchange.verdicts import CONFLICT, Refused, no, require

# --- oneself --------------------------------------------------------------------------------------


@transaction.atomic
def save_profile(*, user: User, by: User, **fields: Any) -> User:
    """What somebody says about themselves. Another school is to be confirmed again, unless the mail domain tells it."""
    require(can_change_profile(by, user))
    moved = "institution" in fields and fields["institution"] != user.institution
    for name, value in fields.items():
        setattr(user, name, value)
    if moved:
        user.membership_confirmed_at = user.membership_confirmed_by = None
        user.follow_domain()
        record(about=user, verb="membership.change", by=by, facts={"institution": str(user.institution_id or "")})
    user.save()
    account_changed(user)
    return user


def account_changed(*people: User) -> None:
    """What the wings derived from these accounts follows; called by whatever changes one."""
    for follow in wings.each(lambda wing: wing.account_changed):
        follow(people)


# --- where somebody works -------------------------------------------------------------------------


@transaction.atomic
def confirm_membership(*, person: User, institution: Institution, by: User) -> User:
    """Say that somebody works at the school they chose."""
    require(can_confirm(by, person))
    now = clock.now()
    _move_membership(person, institution, membership_confirmed_at=now, membership_confirmed_by=by)
    record(about=person, verb="membership.confirm", by=by, facts={"institution": str(institution.pk)})
    _tell(person, "membership_confirmed", by=by, institution=institution)
    return person


@transaction.atomic
def decline_membership(*, person: User, institution: Institution, by: User) -> User:
    """Say that somebody does not work here; they choose again."""
    require(can_decline(by, person))
    _move_membership(person, institution, institution=None)
    record(about=person, verb="membership.decline", by=by, facts={"institution": str(institution.pk)})
    _tell(person, "membership_declined", by=by, institution=institution)
    return person


def _move_membership(person: User, school: Institution, **fields: Any) -> None:
    unconfirmed = Q(membership_by_domain=False, membership_confirmed_at=None)
    if not User.objects.filter(unconfirmed, pk=person.pk, institution=school).update(**fields):
        raise Refused(no(_("This person has another school by now, or somebody was faster."), CONFLICT))
    person.refresh_from_db()
    account_changed(person)


@transaction.atomic
def follow_school_account(*, user: User, by: User) -> User:
    """Let where somebody works follow what the sign-in of their school said last."""
    require(can_change_profile(by, user))
    told = user.socialaccount_set.order_by("-last_login").values_list("extra_data", flat=True).first() or {}
    home, before = told.get("home_organisation", ""), user.institution_id
    if home == user.home_organisation:
        return user
    user.home_organisation = home
    user.follow_domain()
    user.save(update_fields=["home_organisation", *MEMBERSHIP])
    if user.institution_id != before:
        record(about=user, verb="membership.change", by=by, facts={"institution": str(user.institution_id or "")})
    account_changed(user)
    return user


# --- roles ----------------------------------------------------------------------------------------


@transaction.atomic
def give_role(*, user: User, role: str, institution: Institution | None = None, by: User) -> RoleAssignment:
    """Give a role in the alliance, and say so to whoever gets it. One that is held already stays as it is."""
    given, new = _give(user, role, institution, by)
    if new:
        _tell(user, "role_given", by=by, institution=given.institution, role=role)
    return given


def _give(user: User, role: str, institution: Institution | None, by: User) -> tuple[RoleAssignment, bool]:
    require(can_give_role(by))
    # Whoever closes the account at this moment would not see the role; who gives the same one, finds it.
    if not User.objects.select_for_update(of=("self",)).get(pk=user.pk).is_active:
        raise Refused(no(_("This account is closed. Open it again first."), CONFLICT))
    if role == Role.COORDINATOR and institution is None:
        raise Refused(no(_("A coordinator belongs to a school."), CONFLICT))
    wanted = {"user": user, "role": role, "institution": None if role == Role.ADMINISTRATOR else institution}
    if held := RoleAssignment.objects.current().filter(**wanted).first():
        return held, False
    given = RoleAssignment.objects.create(**wanted, given_at=clock.now(), given_by=by)
    record(about=given, verb="role.give", by=by, target=role)
    return given, True


@transaction.atomic
def take_role(*, assignment: RoleAssignment, by: User) -> RoleAssignment:
    """Take a role away. The row stays; the last administrator keeps theirs."""
    hold_administrators()
    assignment.refresh_from_db()
    require(can_take_role(by, assignment))
    now = clock.now()
    current = RoleAssignment.objects.current().filter(pk=assignment.pk)
    if not current.update(ended_at=now, ended_by=by):
        raise Refused(no(_("This role ended already."), CONFLICT))
    assignment.refresh_from_db()
    record(about=assignment, verb="role.take", by=by, source=assignment.role)
    _tell(assignment.user, "role_taken", by=by, institution=assignment.institution, role=assignment.role)
    return assignment


def hold_administrators() -> None:
    """Let two administrators who send each other away, or leave at once, wait for one another: one of them stays."""
    administrators = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR)
    list(administrators.select_for_update().order_by("pk").values_list("pk"))


@transaction.atomic
def invite(
    *, email: str, name: str, role: str, institution: Institution | None = None, language: str = "nl", by: User
) -> User:
    """Give a role to whoever reads an address, with an account if there is none. The answer never tells which."""
    require(can_give_role(by))
    user = User.objects.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name, language=language)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    given, _new = _give(user, role, institution, by)
    record(about=user, verb="invitation.send", by=by, target=role)
    context = {
        "name": user.get_short_name(),
        "by": by,
        "sign_in": _address("account_request_login_code"),
        "email": user.email,
        **_role_words(role, given.institution, user.language),
    }
    queue(
        key=f"invitation:{given.pk}:{clock.now().isoformat()}",
        kind="people/invitation",
        to=user.email,
        recipient=user,
        language=user.language,
        context={"alliance": settings.ALLIANCE_NAME, **context},
        by=by,
    )
    return user


# --- accounts -------------------------------------------------------------------------------------


@transaction.atomic
def close_account(*, person: User, reason: str, by: User) -> User:
    """Let somebody out who left: signed in nowhere, without a role. What they did and wrote stays as it is."""
    hold_administrators()
    # Of two who close each other's account the second one is no administrator any more.
    by, person = User.objects.get(pk=by.pk), User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require(can_close_account(by, person))
    if first := [str(duty.text) for duty in duties_of(person) if duty.when == When.FIRST]:
        raise Refused(no(" ".join(first), CONFLICT))
    left = _told_of(person)
    for leave in wings.each(lambda wing: wing.leave):
        leave(person=person, by=by)
    now = clock.now()
    ended = RoleAssignment.objects.current().filter(user=person)
    held = [str(pk) for pk in ended.values_list("pk", flat=True)]
    ended.update(ended_at=now, ended_by=by)
    person.is_active, person.deactivated_at, person.deactivated_by = False, now, by
    person.save(update_fields=["is_active", "deactivated_at", "deactivated_by"])
    sign_out_everywhere(person)
    record(about=person, verb="account.close", by=by, concerns=person.pk, reason=reason, facts={"roles": held})
    account_changed(person)
    _mail(person, "closed", by=by)
    for reader, texts in left.items():
        _mail(reader, "left", by=by, person=str(person), duties=texts, about=person)
    return person


def _told_of(person: User) -> dict[User, list[str]]:
    """What others take over, each in the language of who reads it."""
    told: dict[User, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for duty in duties_of(person):
                for reader in duty.told:
                    if reader.language == language:
                        told.setdefault(reader, []).append(str(duty.text))
    return told


@transaction.atomic
def open_account(*, person: User, reason: str, by: User) -> User:
    """Take that back: somebody can sign in again. Roles are given again by who gives them."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require(can_open_account(by, person))
    person.is_active, person.deactivated_at, person.deactivated_by = True, None, None
    person.save(update_fields=["is_active", "deactivated_at", "deactivated_by"])
    record(about=person, verb="account.open", by=by, concerns=person.pk, reason=reason)
    account_changed(person)
    _mail(person, "opened", by=by)
    return person


@transaction.atomic
def reset_second_step(*, person: User, reason: str, by: User) -> User:
    """Let somebody set up their second step anew, who lost phone and codes; wherever they were signed in, no more."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require(can_reset_second_step(by, person))
    Authenticator.objects.filter(user=person).delete()
    person.second_step_asked_at = clock.now()
    person.save(update_fields=["second_step_asked_at"])
    sign_out_everywhere(person)
    record(about=person, verb="second_step.reset", by=by, concerns=person.pk, reason=reason)
    _mail(person, "second_step_reset", by=by)
    return person


def sign_out_everywhere(person: User) -> None:
    """End every session of somebody."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()
    UserSession.objects.filter(user=person).delete()


# --- schools --------------------------------------------------------------------------------------


@transaction.atomic
def save_school(*, school: Institution, domains: list[str], by: User) -> Institution:
    """Add a school or change it, with the mail domains that prove somebody works there."""
    require(can_administer(by))
    new = school._state.adding
    before = None if new else Institution.objects.get(pk=school.pk).name
    school.save()
    if before and before != school.name:
        FormerName.objects.create(institution=school, name=before, until_on=clock.today())
    held = {row.domain: row for row in school.domains.all()}
    for domain in held.keys() - set(domains):
        held[domain].delete()
    MailDomain.objects.bulk_create(MailDomain(institution=school, domain=d) for d in domains if d not in held)
    if held.keys() != set(domains):
        follow_domains(school=school)
    school_renamed(school)
    record(about=school, verb="school.add" if new else "school.change", by=by)
    return school


def follow_domains(*, school: Institution) -> None:
    """Let membership by domain, of mail or school account, follow the domains a school has now."""
    ours = Q(pk__in=[])
    for domain in school.domains.values_list("domain", flat=True):
        ours |= Q(email__iendswith=f"@{domain}") | Q(home_organisation__iexact=domain)
    lost = User.objects.filter(institution=school, membership_by_domain=True).exclude(ours)
    won = User.objects.filter(ours & (Q(institution=None) | Q(institution=school)), membership_by_domain=False)
    people = list(lost | won)
    lost.update(membership_by_domain=False)
    won.update(institution=school, membership_by_domain=True)
    account_changed(*people)


def school_renamed(school: Institution) -> None:
    """What the wings keep of the name of a school follows."""
    for follow in wings.each(lambda wing: wing.school_renamed):
        follow(school)


@transaction.atomic
def add_former_name(*, school: Institution, name: str, until_on: date, by: User) -> FormerName:
    """What a school was called before."""
    require(can_administer(by))
    made = FormerName.objects.create(institution=school, name=name, until_on=until_on)
    record(about=school, verb="school.change", by=by)
    return made


# --- mail -----------------------------------------------------------------------------------------


def _address(name: str, *args: Any) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _role_words(role: str, institution: Institution | None, language: str) -> dict[str, Any]:
    """What a role is called and allows, in the reader's language."""
    with translation.override(language):
        return {
            "role": str(Role(role).label),
            "sentence": str(ROLE_SENTENCES[Role(role)]),
            "institution": institution.name if institution else "",
        }


def _mail(to: User, name: str, *, by: User, about: User | None = None, **words: Any) -> None:
    """Mail somebody what happened to an account."""
    context = {
        "alliance": settings.ALLIANCE_NAME,
        "name": to.get_short_name(),
        "by": by,
        "home": _address("home"),
        "sign_in": _address("account_login"),
        "contact": _address("contact"),
    }
    queue(
        key=f"{name}:{(about or to).pk}:{to.pk}:{clock.now().isoformat()}",
        kind=f"people/{name}",
        to=to.email,
        recipient=to,
        language=to.language,
        context={**context, **words},
        by=by,
    )


def _tell(person: User, name: str, *, by: User, institution: Institution | None, role: str = "") -> None:
    """Mail somebody what changed for them; not when they did it themselves."""
    if person.pk == by.pk:
        return
    words = _role_words(role, institution, person.language) if role else {"institution": str(institution or "")}
    context = {
        "name": person.get_short_name(),
        "by": by,
        "home": _address("home"),
        "profile": _address("people:profile"),
    }
    queue(
        key=f"{name}:{person.pk}:{clock.now().isoformat()}",
        kind=f"people/{name}",
        to=person.email,
        recipient=person,
        language=person.language,
        context={"alliance": settings.ALLIANCE_NAME, **context, **words},
        by=by,
    )
