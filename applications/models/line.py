"""One line per application: what lists, boards and counts need of it, on one row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ANSWERED, APPLICATION, ENDORSEMENT, OFFER, DecisionKind
from applications.models.application import Application, Submission
from applications.models.call import Invitation
from applications.models.endorsement import Endorsement
from exchange.fields import moment
from exchange.fulltext import WordsField
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import PARTICIPATION
from exchange.trips.models import Trip

#: Stands for an answer that is none of the choices.
OWN_WORDS = "own_words"


class Standing(models.IntegerChoices):
    """How far somebody is, as far as no clock is needed to tell; in the order in which a list shows it."""

    INVITED = 0
    DRAFT = 1
    MANAGER = 2
    SENT = 3
    WITHDRAWN = 4
    OFFERED = 5
    DECLINED = 6
    PLACED = 7
    GAVE_BACK = 8
    RESERVE = 9
    NOT_SELECTED = 10


#: States of an application that was sent at some time: what a team reads.
SENT = ("submitted", "withdrawn")


def _code(choices: Any, longest: int) -> Any:
    """A column with a state of something that need not be there."""
    return models.CharField(max_length=longest, choices=choices, blank=True, default="")


def _gone(to: Any) -> Any:
    """What a line points at; the line is written again when it goes."""
    return models.ForeignKey(to, models.SET_NULL, null=True, blank=True, related_name="+")


class LineQuerySet(models.QuerySet):
    def sent(self) -> "LineQuerySet":
        """Of applications that were sent, the withdrawn ones too."""
        return self.filter(status__in=SENT)

    def submitted(self) -> "LineQuerySet":
        """Of those that stand: sent and not withdrawn."""
        return self.filter(status="submitted")


class Line(models.Model):
    """Where one person stands in one call. Derived: nobody but `applications/lines.py` writes it.

    Of somebody who was invited and has not begun there is no application, but there is a line.
    """

    id = models.BigAutoField(primary_key=True)
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="lines")
    application = models.OneToOneField(Application, models.CASCADE, null=True, blank=True, related_name="line")
    invitation: Any = models.OneToOneField(Invitation, models.SET_NULL, null=True, blank=True, related_name="line")
    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    status = _code(APPLICATION.choices(), 12)
    standing = models.PositiveSmallIntegerField(choices=Standing.choices, default=Standing.INVITED)
    #: As on the last version, else of the account, else of the list; beside it as lists order it.
    name = models.CharField(_("name"), max_length=254)
    sort_name = models.CharField(max_length=520)
    #: Of the account, else of the list.
    email = models.EmailField(_("e-mail address"))
    school: Any = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    school_name = models.CharField(max_length=120, blank=True, default="")
    #: The school whose coordinator may see this person.
    belongs_to: Any = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    job_role = _code(JobRole.choices, 30)
    submission = _gone(Submission)
    submitted_at = moment()
    #: How many of the six parts of a draft are written.
    parts = models.PositiveSmallIntegerField(null=True, blank=True)
    late_until_at = moment()
    invited_at = moment()
    endorsement = _gone(Endorsement)
    backing = _code(ENDORSEMENT.choices(), 12)
    asked_at = moment()
    #: When a person, or the manager of a sent application, was reminded last.
    reminded_at = moment()
    #: Whether the account wants no reminders.
    quiet = models.BooleanField(default=False)
    readers = models.PositiveSmallIntegerField(default=0)
    readers_done = models.PositiveSmallIntegerField(default=0)
    score = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    decided = _code(DecisionKind.choices, 14)
    #: Whether that decision is published.
    told = models.BooleanField(default=False)
    #: Whether its letter gives a reason.
    reasoned = models.BooleanField(default=False)
    offer = _code(OFFER.choices(), 12)
    offer_until_at = moment()
    place = _code(PARTICIPATION.choices(), 12)
    #: Answers that are only counted, by the name of their question: one of the choices, OWN_WORDS, empty, or not asked.
    heard_from = models.CharField(max_length=20, null=True, blank=True)

    #: While a line is derived: from what its words are made, and whether it takes the place of who was only invited.
    found_by: str | None = None
    waiting = False

    objects = LineQuerySet.as_manager()
    # The owner sees the records themselves; when they go, the line follows.
    OWNER, SHOWN, SHOWN_WHERE = "user", (), Q(pk=None)
    DERIVED = True
    PERSONAL = dict.fromkeys(
        (
            "user name sort_name email school school_name belongs_to job_role backing score decided offer place "
            "heard_from"
        ).split(),
        personal.SELECTION,
    )

    class Meta:
        ordering = ["sort_name", "id"]
        verbose_name = _("line of an application")
        verbose_name_plural = _("lines of applications")
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, user__isnull=False) & ~Q(status="")
                | Q(application=None, invitation__isnull=False, status=""),
                name="applications_line_of_something",
            ),
            models.CheckConstraint(condition=Q(readers_done__lte=F("readers")), name="applications_line_readers"),
            models.CheckConstraint(condition=~Q(decided="") | Q(told=False), name="applications_line_told_what"),
            models.UniqueConstraint(fields=["trip", "user"], name="applications_line_once"),
        ]
        indexes = [
            models.Index(fields=["trip", "sort_name", "id"], name="line_by_name"),
            models.Index(fields=["trip", "school_name", "sort_name", "id"], name="line_by_school"),
            models.Index(fields=["trip", "job_role", "sort_name", "id"], name="line_by_role"),
            models.Index(fields=["trip", "submitted_at", "id"], name="line_by_moment"),
            models.Index(fields=["trip", "backing", "sort_name", "id"], name="line_by_backing"),
            models.Index(fields=["trip", "readers_done", "readers", "id"], name="line_by_reading"),
            models.Index(fields=["trip", "score", "sort_name", "id"], name="line_by_score"),
            models.Index(fields=["trip", "decided", "sort_name", "id"], name="line_by_decision"),
            models.Index(fields=["trip", "decided", "status", "score", "sort_name", "id"], name="line_on_board"),
            models.Index(fields=["trip", "status", "readers", "sort_name", "id"], name="line_short_of_readers"),
            models.Index(fields=["trip", "standing", "sort_name", "id"], name="line_by_standing"),
            models.Index(fields=["trip", "offer", "offer_until_at", "id"], name="line_by_offer"),
            # What is counted of a trip is counted here, without reading the lines themselves.
            models.Index(
                fields=[
                    *"trip status decided school school_name job_role backing readers offer place user".split(),
                    *"invitation standing told reasoned heard_from parts offer_until_at late_until_at".split(),
                ],
                name="line_counted",
            ),
            models.Index(fields=["belongs_to", "trip", "sort_name", "id"], name="line_of_school"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> UUID | None:
        """What stands in addresses: the application, or the invitation of who has not begun."""
        return self.application_id or self.invitation_id

    @property
    def language(self) -> str:
        return str((self.user if self.application_id else self.invitation).language)

    @property
    def manager(self) -> str:
        """Asked or answered; never which answer."""
        if not self.backing or self.status == "draft":
            return ""
        return "answered" if self.backing in ANSWERED else "asked"

    @property
    def came_back(self) -> bool:
        """Whether the manager can't be asked, as the mail came back."""
        return self.manager == "asked" and self.endorsement.bounced_at is not None

    @property
    def signer(self) -> str:
        return (self.endorsement.signer_name or self.endorsement.manager_name) if self.manager else ""

    @property
    def chased_at(self) -> datetime | None:
        """When the manager was mailed again."""
        return self.reminded_at if self.manager else None


class LineWords(models.Model):
    """What a line is found by, in a table of its own (exchange/fulltext.py), and from which texts that was made."""

    line = models.OneToOneField(Line, models.CASCADE, primary_key=True, related_name="+")
    words = WordsField()
    made_of = models.TextField(default="")
    OWNER, SHOWN, SHOWN_WHERE = "line__user", (), Q(pk=None)
    DERIVED = True
    PERSONAL = dict.fromkeys(("words", "made_of"), personal.SELECTION)

    class Meta:
        verbose_name = _("words of a line")
        verbose_name_plural = _("words of lines")

    def __str__(self) -> str:
        return str(self.line)
