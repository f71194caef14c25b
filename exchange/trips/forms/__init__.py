"""Forms of a trip. They say what is wrong at the field; what they mean for other rows is up to the actions."""

from exchange.trips.forms.meetings import DropMeetingForm, MeetingForm
from exchange.trips.forms.moving import MoveForm, SureOfMoveForm
from exchange.trips.forms.people import AttendanceForm, PhoneForm, ReplyForm, TeamForm
from exchange.trips.forms.programme import ProgrammeItemForm
from exchange.trips.forms.trip import (
    AskedForm,
    BasicsForm,
    CloseForm,
    DatesForm,
    DeadlineForm,
    MeansForm,
    NewTripForm,
    TakeLeadForm,
)
from exchange.trips.hosts.forms import ChooseHostForm, HostForm, PreVisitForm

__all__ = [
    "AskedForm",
    "AttendanceForm",
    "BasicsForm",
    "ChooseHostForm",
    "CloseForm",
    "DatesForm",
    "DeadlineForm",
    "DropMeetingForm",
    "HostForm",
    "MeansForm",
    "MeetingForm",
    "MoveForm",
    "NewTripForm",
    "PhoneForm",
    "PreVisitForm",
    "ProgrammeItemForm",
    "ReplyForm",
    "SureOfMoveForm",
    "TakeLeadForm",
    "TeamForm",
]
