"""Institutions, the people who work there, and the roles they hold in the alliance."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import SearchWords, holding, moment, paired, person, public_id
from exchange.people.lifecycle import JobRole, Role
from exchange.privacy import declared as personal


class InstitutionKind(models.TextChoices):
    ROC = "roc", _("regional training centre (roc)")
    AOC = "aoc", _("agricultural training centre (aoc)")
    OTHER = "other", _("other")


class InstitutionQuerySet(models.QuerySet):
    def members(self) -> "InstitutionQuerySet":
        """Schools that belong to the alliance today."""
        today = clock.today()
        return self.filter(member=True).filter(Q(left_on__isnull=True) | Q(left_on__gt=today))

    def for_address(self, email: str) -> "InstitutionQuerySet":
        """The institution that owns the mail domain of this address."""
        return self.for_domain(email.rpartition("@")[2])

    def for_domain(self, domain: str) -> "InstitutionQuerySet":
        """The institution that has this mail domain; the sign-in of the schools calls them by the same."""
        return self.filter(domains__domain__iexact=domain)


class Institution(models.Model):
    """A school of the alliance, or another organisation somebody belongs to."""

    id = public_id()
    name = models.CharField(_("name"), max_length=120, unique=True)
    short_name = models.CharField(_("short name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=InstitutionKind.choices, default=InstitutionKind.ROC)
    place = models.CharField(_("place"), max_length=80, blank=True)
    member = models.BooleanField(_("member of the alliance"), default=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    search_words = SearchWords("name", "short_name")

    objects = InstitutionQuerySet.as_manager()
    IMPERSONAL = ("name", "short_name", "place", "search_words")
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["name"]
        verbose_name = _("school")
        verbose_name_plural = _("schools")

    def __str__(self) -> str:
        return self.name

    @property
    def is_member(self) -> bool:
        """Whether it belongs to the alliance today; as `objects.members()`."""
        return self.member and (self.left_on is None or self.left_on > clock.today())


class FormerName(models.Model):
    """What a school was called before, so that old certificates still make sense."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="former_names")
    name = models.CharField(_("former name"), max_length=120)
    until_on = models.DateField(_("until"))
    IMPERSONAL = ("name",)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["-until_on"]

    def __str__(self) -> str:
        return self.name


class MailDomain(models.Model):
    """A domain whose addresses belong to a school."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=120, unique=True)
    IMPERSONAL = ("domain",)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


#: What says where somebody works, and how sure that is.
MEMBERSHIP = ("institution", "membership_by_domain", "membership_confirmed_at", "membership_confirmed_by")


class Membership(NamedTuple):
    """A role in the team of a trip, as every page asks for it."""

    trip_id: uuid.UUID
    role: str
    given_at: datetime


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; the school follows from a known mail domain."""
        email = email.strip().lower()
        user = self.model(email=email, joined_at=clock.now(), **fields)
        known = Institution.objects.for_address(email).first()
        user.institution = user.institution or known
        user.membership_by_domain = bool(known and user.institution == known)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Administrators see everybody, a coordinator the own school, a lead who applied, anyone themselves."""
        if user.is_administrator:
            return self
        seen = Q(pk=user.pk)
        if user.coordinates:
            seen |= Q(institution__in=user.coordinates)
        if user.leads:
            # A path, not an import: people stand below the applications.
            applied = Q(applications__trip__in=user.leads) & ~Q(applications__status="draft")
            seen |= Q(pk__in=User.objects.filter(applied).values("pk"))
        return self.filter(seen)

    def named(self, words: str) -> "UserQuerySet":
        """Those in whose name or address these words stand."""
        return self.filter(holding(words, "search_words"))

    def somebody(self) -> "UserQuerySet":
        """Accounts of people; the others stand where somebody's name was erased."""
        return self.filter(erased_at=None)

    def waiting(self) -> "UserQuerySet":
        """Those with a verified address who say they work at a school, which nobody confirmed yet."""
        verified = self.filter(is_active=True, emailaddress__verified=True, institution__isnull=False)
        return verified.filter(membership_by_domain=False, membership_confirmed_at=None).distinct()

    def confirmed(self) -> "UserQuerySet":
        """Whose membership of a school stands: by mail domain or confirmed by hand."""
        certain = Q(membership_by_domain=True) | Q(membership_confirmed_at__isnull=False)
        return self.exclude(institution=None).filter(certain)


class User(AbstractBaseUser):
    """Somebody with an account. Identity is the account, not the address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name as printed"), max_length=120, blank=True)
    job_role = models.CharField(_("job role"), max_length=30, choices=JobRole.choices, blank=True)
    job_title = models.CharField(_("what you do, in your own words"), max_length=80, blank=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("school")
    )
    home_organisation = models.CharField(_("domain of the school account"), max_length=120, blank=True)
    membership_by_domain = models.BooleanField(default=False)
    membership_confirmed_at = moment()
    membership_confirmed_by = person()
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    reminders = models.BooleanField(_("mail me reminders"), default=True)
    calendar_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    #: Who left, until somebody takes it back; an account can also be nobody's (below).
    deactivated_at = moment()
    deactivated_by = person()
    #: No second step was asked of this account before this moment: the house asked nobody, or somebody reset it.
    second_step_asked_at = moment()
    joined_at = models.DateTimeField()
    seen_at = moment()
    #: Since when this account is nobody's: what it is named by was erased, or it never was anybody's.
    erased_at = moment()
    search_words = SearchWords("name", "email")

    objects = UserManager.from_queryset(UserQuerySet)()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    OWNER = personal.SELF
    WITHHELD = ("password", "calendar_token")
    PERSONAL = {
        "email": personal.ACCOUNT,
        "name": personal.ACCOUNT,
        "job_role": personal.ACCOUNT,
        "job_title": personal.ACCOUNT,
        "institution": personal.ACCOUNT,
        "home_organisation": personal.ACCOUNT,
        "language": personal.ACCOUNT,
        "phone": personal.ACCOUNT,
        "password": personal.ACCOUNT,
        "membership_confirmed_by": personal.HISTORY,
        "deactivated_by": personal.HISTORY,
        "search_words": personal.ACCOUNT,
    }

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_ci"),
            paired("membership_confirmed"),
            paired("deactivated"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Where only the address changes (the e-mail page does that), membership by mail domain follows it."""
        if update_fields is not None and "email" in update_fields:
            self.follow_domain()
            update_fields = {*update_fields, *MEMBERSHIP, "search_words"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def follow_domain(self) -> None:
        """A known domain, of the school account or the mail, sets the school; an unknown one leaves it unconfirmed."""
        known = Institution.objects.for_domain(self.home_organisation).first()
        known = known or Institution.objects.for_address(self.email).first()
        self.membership_by_domain = known is not None
        if known and self.institution_id != known.pk:
            self.institution = known
            self.membership_confirmed_at = self.membership_confirmed_by = None

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        """How to address somebody: the first word of the printed name."""
        return self.name.split(" ")[0] if self.name else self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """First letters of the first and last word of the name."""
        words = [word for word in str(self).replace("@", " ").split() if word[0].isalpha()]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"

    @property
    def membership_confirmed(self) -> bool:
        """Whether the school is certain: its domain, or somebody confirmed it."""
        return bool(self.institution_id and (self.membership_by_domain or self.membership_confirmed_at))

    @cached_property
    def roles(self) -> list["RoleAssignment"]:
        """The roles held now, read once per request."""
        return list(self.role_assignments.current().select_related("institution"))

    @property
    def is_administrator(self) -> bool:
        return self.is_active and any(role.role == Role.ADMINISTRATOR for role in self.roles)

    @property
    def coordinates(self) -> list[Institution]:
        """The schools this person coordinates."""
        return [role.institution for role in self.roles if role.role == Role.COORDINATOR and role.institution]

    @property
    def is_partner(self) -> bool:
        return any(role.role == Role.PARTNER for role in self.roles)

    @cached_property
    def teams(self) -> list["Membership"]:
        """The trip teams this person is in, one line per role, read once per request."""
        rows = self.team_memberships.order_by("role", "given_at").values_list("trip_id", "role", "given_at")
        return [Membership(*row) for row in rows]

    @property
    def leads(self) -> list[uuid.UUID]:
        """The ids of the trips this person leads."""
        return [member.trip_id for member in self.teams if member.role == "lead"]

    # The admin site asks these.
    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    @property
    def is_superuser(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_administrator


class RoleQuerySet(models.QuerySet):
    def current(self) -> "RoleQuerySet":
        """Roles not taken away."""
        return self.filter(ended_at__isnull=True)


class RoleAssignment(models.Model):
    """A role in the alliance, given and taken by somebody, never deleted."""

    id = public_id()
    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, verbose_name=_("school"))
    given_at = models.DateTimeField()
    given_by = person()
    ended_at = moment()
    ended_by = person()

    objects = RoleQuerySet.as_manager()
    OWNER = "user"
    SINCE, GOES = {personal.HISTORY: ("ended_at",)}, {personal.HISTORY: Q()}
    PERSONAL = {
        "user": personal.HISTORY,
        "role": personal.HISTORY,
        "given_by": personal.HISTORY,
        "ended_by": personal.HISTORY,
    }

    class Meta:
        ordering = ["role", "given_at"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=~Q(role=Role.COORDINATOR) | Q(institution__isnull=False), name="people_coordinator_of_school"
            ),
            paired("ended"),
            # Two, because SQLite takes each empty school for another one.
            models.UniqueConstraint(
                fields=["user", "role", "institution"],
                condition=Q(ended_at__isnull=True, institution__isnull=False),
                name="people_role_once_for_school",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ended_at__isnull=True, institution__isnull=True),
                name="people_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}{f' · {self.institution}' if self.institution_id else ''}"
