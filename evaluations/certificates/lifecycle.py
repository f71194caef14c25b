"""A certificate is issued, and may be revoked; it is never deleted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat, Lifecycle, State, Transition


class CertificateKind(models.TextChoices):
    ATTENDANCE = "attendance", _("certificate of attendance")
    CYCLE = "cycle", _("certificate")


CERTIFICATE = Lifecycle(
    "certificate",
    states=(
        State("issued", _("valid"), "ok"),
        State("revoked", _("revoked"), "err", final=_("It no longer counts.")),
    ),
    transitions=(Transition("revoke", _("revoke"), ("issued",), "revoked", frozenset({Hat.LEAD})),),
)
