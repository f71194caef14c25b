"""The verbs of a trip."""

from exchange.trips.actions.meetings import drop_meeting, save_meeting, travellers_of
from exchange.trips.actions.moving import move_trip
from exchange.trips.actions.programme import remove_item, save_item
from exchange.trips.actions.reminding import remind
from exchange.trips.actions.travellers import renew_calendar, reply_to_meeting, set_phone, tick_attendance
from exchange.trips.actions.trip import (
    announce,
    change_trip,
    close_trip,
    copy_framework,
    create_trip,
    give_team_role,
    move_deadline,
    take_lead,
    take_team_role,
)
from exchange.trips.hosts.actions import add_host, change_host, note_visit, remove_host

__all__ = [
    "add_host",
    "announce",
    "change_host",
    "change_trip",
    "close_trip",
    "copy_framework",
    "create_trip",
    "drop_meeting",
    "give_team_role",
    "take_lead",
    "move_deadline",
    "move_trip",
    "note_visit",
    "remind",
    "remove_host",
    "remove_item",
    "renew_calendar",
    "reply_to_meeting",
    "save_item",
    "save_meeting",
    "set_phone",
    "take_team_role",
    "tick_attendance",
    "travellers_of",
]
