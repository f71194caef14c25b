"""Every personal field is declared: `PERSONAL = {"field": KEEP}` on its model. Export and purge read this."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Keep:
    """Why a field is kept and for how long: `days` counted from `since`."""

    name: str
    purpose: str | Promise
    days: int | None
    since: str | Promise


#: Profile and sign-in.
ACCOUNT = Keep("account", _("to sign you in and to address you"), None, _("as long as you have an account"))
#: Four weeks after the procedure: the norm for job applicants (NVP code), by analogy.
SELECTION = Keep("selection", _("to select participants with care"), 28, _("the publication, when you are not selected"))
#: With the trip, until its report has served the programme's audit.
TRIP = Keep("trip", _("to run the trip and to learn from it"), 365 * 3, _("the close of the trip"))
#: What a day on the road needs and nothing later does.
ROAD = Keep("road", _("to reach you on the road"), 14, _("the return"))
#: Certificates verify for ten years.
REGISTER = Keep("register", _("to let others verify a certificate"), 3653, _("the issue of the certificate"))
#: Who did what; entries name accounts, never quote texts.
HISTORY = Keep("history", _("to account for decisions"), 365 * 5, _("the deed"))
#: Mail already sent.
MAIL = Keep("mail", _("to show what was mailed"), 365, _("the delivery"))
#: Not about a person: the alliance's own texts.
KINDS = (ACCOUNT, SELECTION, TRIP, ROAD, REGISTER, HISTORY, MAIL)
