"""Every personal field is declared: `PERSONAL = {"field": KEEP}` on its model. Export and purge read this.

Beside it a model may say:
- `OWNER = "participation__user"`: the path to the person a row belongs to (SELF on the person); without it, nobody.
- `ADDRESS = "email"`: instead, the field with a mail address; whoever confirmed that address owns the row.
- `ABOUT`: the person a row is about, where that is somebody else (an assessment belongs to its reviewer).
- `DECIDED`: where the kind of decision stands, when that is not with the application of the row.
- `SHOWN` or `WITHHELD`: the only fields, or the fields not, that the owner gets to see; `SHOWN_WHERE`: which rows.
- `EXPLAINED_BY`: relations to print with a row, such as the goal of a level.
- `SINCE = {KEEP: "path__to_moment"}`: where the days of a Keep count from, when that does not follow from the owner.
- `IMPERSONAL`: texts that are about no person. Texts of the team (`_nl`, `_en`) and choices need no mention.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, eq=False)
class Keep:
    """Why a field is kept and for how long: `days` counted from `since`."""

    name: str
    purpose: str | Promise
    days: int | None
    since: str | Promise


#: Profile and sign-in.
ACCOUNT = Keep("account", _("to sign you in and to address you"), None, _("as long as you have an account"))
#: Four weeks after the procedure: the norm for job applicants (NVP code), by analogy.
SELECTION = Keep(
    "selection", _("to select participants with care"), 28, _("the publication, when you are not selected")
)
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
#: Documents that somebody asked for; they can be made again.
WORK = Keep("work", _("to make a document that was asked for"), 90, _("the asking"))
#: What is typed and not sent.
UNSENT = Keep("unsent", _("to give back what you typed and did not send"), 30, _("the last letter you typed"))
#: The path from a person to themselves.
SELF = ""
KINDS = (ACCOUNT, SELECTION, TRIP, ROAD, REGISTER, HISTORY, MAIL, WORK, UNSENT)
