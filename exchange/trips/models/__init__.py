"""A trip and all that belongs to it whoever comes along: theme, hosts, programme, meetings, travellers, goals."""

from exchange.trips.models.goal import LEVELS, GoalQuerySet, LearningGoal
from exchange.trips.models.holiday import SchoolHoliday
from exchange.trips.models.host import HostOrganisation
from exchange.trips.models.meeting import Attendance, Meeting, MeetingKind, MeetingReply
from exchange.trips.models.participation import Participation, ParticipationQuerySet
from exchange.trips.models.programme import ProgrammeItem, ProgrammeKind, counted, in_hours
from exchange.trips.models.theme import Dimension, Framework, Tag, Theme
from exchange.trips.models.trip import TeamMember, Trip, TripQuerySet
from exchange.trips.models.visit import PreVisit, TripHost

__all__ = [
    "GoalQuerySet",
    "LEVELS",
    "LearningGoal",
    "HostOrganisation",
    "Attendance",
    "Meeting",
    "MeetingKind",
    "MeetingReply",
    "Participation",
    "ParticipationQuerySet",
    "ProgrammeItem",
    "ProgrammeKind",
    "SchoolHoliday",
    "Dimension",
    "Framework",
    "Tag",
    "Theme",
    "TeamMember",
    "Trip",
    "TripQuerySet",
    "PreVisit",
    "TripHost",
    "counted",
    "in_hours",
]
