"""Certificates: their facts are frozen at issue and verify for ten years."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.certificates.lifecycle import CERTIFICATE, CertificateKind
from exchange.fields import moment, paired, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.models import Participation


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "CertificateQuerySet":
        """The holder, and lead and companions of the trip; administrators all."""
        return self.filter(participation__in=Participation.objects.visible_to(user))

    def live(self) -> "CertificateQuerySet":
        """Those that count."""
        return self.filter(status="issued")


class Certificate(models.Model):
    """One issued document. `facts` is all it states; `code` verifies it; the serial looks nothing up."""

    id = public_id()
    # Empty after erasure: the certificate outlives the account.
    participation = models.ForeignKey(Participation, models.SET_NULL, null=True, related_name="certificates")
    kind = models.CharField(_("kind"), max_length=12, choices=CertificateKind.choices)
    status = models.CharField(_("status"), max_length=10, choices=CERTIFICATE.choices(), default="issued")
    code = models.CharField(_("verify code"), max_length=26, unique=True)
    serial = models.CharField(_("number"), max_length=20, unique=True)
    facts = models.JSONField()
    issued_at = models.DateTimeField(_("issued"))
    issued_by = person()
    overruled_reason = models.TextField(_("reason to overrule"), max_length=500, blank=True)
    show_name = models.BooleanField(_("show my full name on the verification page"), default=False)
    revoked_at, revoked_by = moment(), person()
    revoked_reason = models.TextField(_("reason"), max_length=500, blank=True)

    objects = CertificateQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.REGISTER: Q()}
    PERSONAL = {
        "participation": personal.REGISTER,
        "code": personal.REGISTER,
        "serial": personal.REGISTER,
        "facts": personal.REGISTER,
        "issued_by": personal.HISTORY,
        "revoked_by": personal.HISTORY,
        "overruled_reason": personal.REGISTER,
        "revoked_reason": personal.REGISTER,
        "show_name": personal.REGISTER,
    }

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            paired("revoked"),
            models.UniqueConstraint(
                fields=["participation", "kind"],
                condition=Q(status="issued", participation__isnull=False),
                name="certificates_one_live",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def trip_id(self) -> Any:
        """For history."""
        return self.participation.trip_id if self.participation else None
