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
    "applications/receipt": _("Receipt of an application"),
    "applications/withdrawn": _("Application withdrawn"),
    "applications/reinstated": _("Withdrawal undone"),
    "applications/draft_reminder": _("Reminder of a draft"),
    "applications/invited": _("Invitation to apply"),
    "applications/invited_again": _("Reminder of an invitation"),
    "applications/nudge": _("Reminder by school or team"),
    "applications/endorse": _("Request to the manager"),
    "applications/admission_asked": _("Request to be admitted"),
    "applications/admission_admitted": _("Draft admitted"),
    "applications/admission_declined": _("Draft not admitted"),
    "applications/late_access": _("Late access"),
    "applications/deadline_moved": _("The closing moment moved"),
    "applications/manager_unreachable": _("The mail to the manager came back"),
    "applications/manager_silent": _("The manager has not answered"),
    "applications/endorse_again": _("Question to the school, later"),
    "applications/endorse_receipt": _("Receipt for the manager"),
    "applications/manager_answered": _("The manager answered"),
    "applications/passed_on": _("Passed on to another manager"),
    "applications/assigned": _("Asked to assess"),
    "applications/letter_selected": _("Letter: selected"),
    "applications/letter_offer": _("Letter: a place from the reserve"),
    "applications/letter_reserve": _("Letter: reserve"),
    "applications/letter_not_selected": _("Letter: not selected"),
    "applications/letter_retracted": _("Letter: offer taken back"),
    "applications/letter_cancelled": _("Letter: trip cancelled"),
    "applications/offer_reminder": _("Reminder of an offer"),
    "applications/confirmed": _("Place confirmed"),
    "applications/declined": _("Place declined"),
    "applications/gave_back": _("Place given back"),
    "applications/written": _("Written by the lead"),
    "evaluations/goals_to_sharpen": _("Reminder to sharpen goals"),
    "evaluations/evening_reminder": _("Reminder of an evening"),
    "evaluations/level_handed_back": _("Goal level handed back"),
    "evaluations/plan_waits": _("Reminder of the plan"),
    "evaluations/action_due": _("Reminder of an action"),
    "evaluations/action_passed": _("An action's day has passed"),
    "evaluations/follow_up_opens": _("The questions after a year"),
    "certificates/issued": _("Certificate issued"),
    "certificates/revoked": _("Certificate revoked"),
    "trips/meeting_changed": _("Meeting planned or changed"),
    "trips/meeting_dropped": _("Meeting dropped"),
    "trips/meeting_reminder": _("Reminder of a meeting"),
}


def kind_label(kind: str) -> str | Promise:
    """What a kind of mail is called; one without a name is a message."""
    return KINDS.get(kind, _("Message"))
