"""Work that a page asked for and that is done outside the request: a row for each job."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import Words, moment, person, public_id
from exchange.jobs.lifecycle import DONE, FAILED, JOB, WAITING, WORKING
from exchange.privacy import declared as personal
from exchange.signed_in import User

#: Nobody took up what could be taken up, for so long: there is no worker.
SILENCE = timedelta(minutes=3)
#: How many seconds after it was asked for a page looks again, and how often: first eager, then patient, then no more.
LOOKS = ((60, 2), (600, 10), (3600, 60))


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "JobQuerySet":
        """Administrators see all jobs, a lead those about the own trips."""
        return self if user.is_administrator else self.filter(trip__in=user.leads)

    def open(self) -> "JobQuerySet":
        """What waits or is worked at."""
        return self.filter(status__in=[WAITING, WORKING])

    def free(self) -> "JobQuerySet":
        """What a worker may take up now: in line, or held by one that did not renew its lease."""
        return self.filter(status__in=JOB.by_name["claim"].sources, free_at__lte=clock.now())

    def unattended(self) -> bool:
        """Whether jobs wait while no worker is to be seen: none holds a lease, none settled anything lately."""
        now = clock.now()
        if not self.free().filter(free_at__lte=now - SILENCE).exists():
            return False
        held = models.Q(status=WORKING, free_at__gt=now)
        return not self.filter(held | models.Q(settled_at__gt=now - SILENCE)).exists()


class Job(models.Model):
    """One piece of work. Its key says what it makes: the same thing asked twice is one job."""

    id = public_id()
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("what"), max_length=60)
    #: Ids and codes only, never words about people.
    arguments = models.JSONField(default=dict, blank=True)
    trip = models.UUIDField(null=True, blank=True, db_index=True)
    status = models.CharField(_("status"), max_length=12, choices=JOB.choices(), default=WAITING)
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = person(verbose_name=_("by"))
    #: From when on a worker may take it up: the end of a pause, or of the lease of the one that has it.
    free_at = models.DateTimeField()
    #: The mark of one claim: who lost the lease finds another here, and settles nothing.
    lease = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    settled_at = moment()
    problem_nl = models.CharField(max_length=300, blank=True)
    problem_en = models.CharField(max_length=300, blank=True)
    problem = Words()

    objects = JobQuerySet.as_manager()
    IMPERSONAL = ("key", "kind", "arguments")
    PERSONAL = {"asked_by": personal.WORK}
    SINCE, GOES = {personal.WORK: ("asked_at",)}, {personal.WORK: models.Q()}

    class Meta:
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["status", "free_at"], name="work_free")]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status=FAILED) | (~models.Q(problem_nl="") & ~models.Q(problem_en="")),
                name="jobs_job_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def ahead(self) -> int:
        """How many jobs are taken up before this one."""
        before = models.Q(asked_at__lt=self.asked_at) | models.Q(asked_at=self.asked_at, pk__lt=self.pk)
        return Job.objects.open().filter(before).count()

    @property
    def look_again(self) -> int:
        """After how many seconds a page about it looks again; 0 when it has come to an end, or takes too long."""
        if self.status in (DONE, FAILED):
            return 0
        age = (clock.now() - self.asked_at).total_seconds()
        return next((pause for until, pause in LOOKS if age < until), 0)

    @property
    def file(self) -> str:
        """The name of the file it makes, if that is what it makes: nobody can guess it."""
        return f"jobs/{self.pk}"
