"""Every personal field is declared: `PERSONAL = {"field": KEEP}` on its model. Export, purge and erasure read this.

Beside it a model may say:
- `OWNER = "participation__user"`: the path to the person a row belongs to (SELF on the person); without it, nobody.
- `ADDRESS = "email"`: instead, the field with a mail address; whoever confirmed that address owns the row.
- `ABOUT`: the person a row is about, where that is somebody else (an assessment belongs to its reviewer).
- `SHOWN` or `WITHHELD`: the only fields, or the fields not, that the owner gets to see; `SHOWN_WHERE`: which rows.
- `EXPLAINED_BY`: relations to print with a row, such as the goal of a level.
- `SINCE = {KEEP: ("moment", …)}`: from which moment the days of a Keep count, the first that is set; a path to trips
  counts from the end of the last of them. Without it, it follows from the trip on the way to the owner.
- `GOES = {KEEP: Q(…)}`: rows that go when the time of that Keep is over. Of all others the row stays, to be counted,
  and each field of the Keep is emptied, but for those in `COUNTED`, which tell nothing once nobody stands beside them.
  `LEFT = {"field": value}`: what stands there instead, where empty is not enough.
- `UNLINKED_WITH`: the model whose row of the same person and trip, once it is nobody's, makes this one nobody's too.
- `DERIVED`: it follows from other rows, also when they go.
- `IMPERSONAL`: texts that are about no person. Texts of the team (`_nl`, `_en`) and choices need no mention.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from exchange.words import duration


@dataclass(frozen=True, slots=True, eq=False)
class Keep:
    """Why a field is kept and for how long: `days` counted from `since`."""

    name: str
    purpose: str | Promise
    days: int | None
    since: str | Promise

    def told(self, text: str | Promise) -> Any:
        """A sentence that promises: `%(time)s` in it is how long it is kept."""
        return lazy(lambda: str(text) % {"time": duration(self.days or 0)}, str)()

    def over(self, since: date, today: date) -> bool:
        """Whether the days since a date are over: on the day itself it is gone, also before the purge has run."""
        return self.days is not None and since + timedelta(days=self.days) <= today


#: Profile and sign-in.
ACCOUNT = Keep("account", _("to sign you in and to address you"), None, _("as long as you have an account"))
#: Four weeks after the procedure: the norm for job applicants (NVP code), by analogy. Who goes along has it with TRIP.
SELECTION = Keep(
    "selection",
    _("to select participants with care"),
    28,
    _(
        "the publication, when you are not selected; the departure, when you are on the reserve list or did not take "
        "the place that you were offered; with a place it is kept with the trip"
    ),
)
#: With the trip, until its report has served the programme's audit.
TRIP = Keep("trip", _("to run the trip and to learn from it"), 365 * 3, _("the close of the trip, or its cancellation"))
#: What a day on the road needs and nothing later does.
ROAD = Keep("road", _("to reach you on the road"), 14, _("the return"))
NEED = Keep("need", _("to give you on the road what you need"), 14, _("the return"))
#: Certificates verify for ten years.
REGISTER = Keep("register", _("to let others verify a certificate"), 3653, _("the issue of the certificate"))
#: Who did what; entries name accounts, never quote texts.
HISTORY = Keep("history", _("to account for decisions and for looks, and to show misuse"), 365 * 5, _("the deed"))
#: Mail already sent.
MAIL = Keep("mail", _("to show what was mailed"), 365, _("the delivery"))
#: Documents that somebody asked for; they can be made again.
WORK = Keep("work", _("to make a document that was asked for"), 90, _("the asking"))
#: What is typed and not sent.
UNSENT = Keep("unsent", _("to give back what you typed and did not send"), 30, _("the last letter you typed"))
#: The path from a person to themselves.
SELF = ""
#: What stands where a name stood.
NOBODY = "–"
KINDS: tuple[Keep, ...] = (ACCOUNT, SELECTION, TRIP, ROAD, NEED, REGISTER, HISTORY, MAIL, WORK, UNSENT)
