"""What each verb of history says, after the name of who did it: "Hanneke Boer announced the trip"."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    # trips
    "trip.create": _("made the trip"),
    "trip.change": _("changed the trip"),
    "trip.deadline": _("moved a deadline"),
    "trip.announce": _("announced the trip"),
    "trip.publish": _("published the selection"),
    "trip.close": _("closed the trip"),
    "trip.cancel": _("cancelled the trip"),
    "team.give": _("took somebody into the team"),
    "team.take": _("took somebody off the team"),
    "framework.copy": _("made a new version of the framework"),
    "host.add": _("added a host"),
    "host.remove": _("removed a host"),
    "host.visit": _("recorded a preparatory visit"),
    "programme.add": _("added to the programme"),
    "programme.change": _("changed the programme"),
    "programme.remove": _("removed something from the programme"),
    "meeting.plan": _("planned a meeting"),
    "meeting.change": _("changed a meeting"),
    "meeting.drop": _("dropped a meeting"),
    "attendance.tick": _("ticked who was present"),
    "participation.cancel": _("gave a place back"),
    # from the call to the confirmed place
    "application.submit": _("sent the application"),
    "application.revise": _("sent the application again"),
    "application.withdraw": _("withdrew the application"),
    "application.reinstate": _("undid the withdrawal"),
    "endorsement.endorse": _("endorsed the application"),
    "endorsement.endorse_with_conditions": _("endorsed the application with conditions"),
    "endorsement.refuse": _("did not endorse the application"),
    "endorsement.not_me": _("named somebody else to endorse"),
    "endorsement.replace": _("asked somebody else to endorse"),
    "endorsement.ask_again": _("asked for the endorsement again"),
    "assessment.finish": _("finished an assessment"),
    "assessment.reopen": _("took up an assessment again"),
    "assessment.recuse": _("handed an assessment back"),
    "decision.propose": _("proposed a decision"),
    "decision.publish": _("published a decision"),
    "offer.confirm": _("confirmed the place"),
    "offer.decline": _("declined the place"),
    "offer.retract": _("took an offer back"),
    # from the first evening to one year later
    "action.begin": _("began an action"),
    "action.finish": _("reported an action as done"),
    "action.change": _("reported an action as done differently"),
    "action.drop": _("dropped an action"),
    "action.reopen": _("took up an action again"),
    "certificate.issue": _("issued a certificate"),
    "certificate.revoke": _("revoked a certificate"),
    "certificate.show_name": _("switched the name on for the verification page"),
    "certificate.hide_name": _("switched the name off for the verification page"),
    # people
    "calendar.renew": _("made a new calendar address"),
    "invitation.send": _("invited somebody"),
    "membership.confirm": _("confirmed where somebody works"),
    "membership.decline": _("said that somebody does not work at the school"),
    "membership.change": _("changed school"),
    "role.give": _("gave a role"),
    "role.take": _("took a role away"),
    "school.add": _("added a school"),
    "school.change": _("changed a school"),
    # mail; delivery itself is told by the message
    "message.claim": _("took up a message"),
    "message.sent": _("sent a message"),
    "message.retry": _("put a message off"),
    "message.fail": _("gave up on a message"),
    "message.supersede": _("dropped a message that was no longer valid"),
    "message.resend": _("sent a message again"),
    "message.cancel": _("withdrew a message"),
}


def sentence(verb: str) -> str | Promise:
    """What a verb says; an unknown one (of a later version, or long gone) is "did something"."""
    return SENTENCES.get(verb, _("did something"))
