"""What kinds of mail are called. The key is the kind of a message: the template it was composed from."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "people/sign_in": _("Sign-in"),
    "people/invitation": _("Invitation"),
    "people/membership_confirmed": _("School confirmed"),
    "people/membership_declined": _("School not confirmed"),
    "people/role_given": _("Role given"),
    "people/role_taken": _("Role ended"),
    "trips/meeting_changed": _("Meeting planned or changed"),
    "trips/meeting_dropped": _("Meeting dropped"),
    "trips/meeting_reminder": _("Reminder of a meeting"),
}


def kind_label(kind: str) -> str | Promise:
    """What a kind of mail is called; one without a name is a message."""
    return KINDS.get(kind, _("Message"))
