"""Addresses of trips: for everybody, for travellers, for the team."""

from datetime import date

from django.urls import URLPattern, URLResolver, path, register_converter

from exchange.trips.hosts import views as hosts
from exchange.trips.views import edit, meetings, moving, people, programme, public, reminding, room, team, themes


class DayConverter:
    """A date in an address, like 2027-04-13."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "trip_day")

app_name = "trips"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.open_trips, name="open"),
    path("trips/<slug:slug>/", public.detail, name="detail"),
    path("trips/<slug:slug>/poster.pdf", public.poster, name="poster"),
    # travellers
    path("my/trips/<slug:slug>/", room.mine, name="mine"),
    path("my/trips/<slug:slug>/phone/", room.phone, name="mine-phone"),
    path("my/trips/<slug:slug>/meetings/<uuid:meeting>/", room.reply, name="reply"),
    path("my/calendar/", room.calendar_page, name="calendar-page"),
    path("my/calendar/renew/", room.renew_calendar, name="calendar-renew"),
    path("calendar/<secret_uuid:token>.ics", room.calendar, name="calendar"),
    # the team
    path("team/", team.team_list, name="team-list"),
    path("team/new/", team.new, name="new"),
    path("team/<slug:slug>/", team.team, name="team"),
    path("team/<slug:slug>/announce/", team.announce, name="announce"),
    path("team/<slug:slug>/move/", moving.move, name="move"),
    path("team/<slug:slug>/remind/<slug:what>/", reminding.remind, name="remind"),
    path("team/<slug:slug>/deadline/", team.deadline, name="deadline"),
    path("team/<slug:slug>/close/", team.close, name="close"),
    path("team/<slug:slug>/edit/", edit.edit, name="edit"),
    path("team/<slug:slug>/dates/", edit.dates, name="dates"),
    path("team/<slug:slug>/asked/", edit.asked, name="asked"),
    path("team/<slug:slug>/means/", edit.means, name="means"),
    path("team/<slug:slug>/programme/", programme.programme, name="programme"),
    path("team/<slug:slug>/programme/new/", programme.new_item, name="item-new"),
    path("team/<slug:slug>/programme/<uuid:item>/", programme.item, name="item"),
    path("team/<slug:slug>/programme/<uuid:item>/remove/", programme.remove_item, name="item-remove"),
    path("team/<slug:slug>/hosts/", hosts.hosts, name="hosts"),
    path("team/<slug:slug>/hosts/choose/", hosts.choose_host, name="host-choose"),
    path("team/<slug:slug>/hosts/new/", hosts.new_host, name="host-new"),
    path("team/<slug:slug>/hosts/<uuid:row>/", hosts.host, name="host"),
    path("team/<slug:slug>/hosts/<uuid:row>/visit/", hosts.visit, name="host-visit"),
    path("team/<slug:slug>/hosts/<uuid:row>/remove/", hosts.remove_host, name="host-remove"),
    path("team/<slug:slug>/meetings/", meetings.meetings, name="meetings"),
    path("team/<slug:slug>/meetings/new/", meetings.new_meeting, name="meeting-new"),
    path("team/<slug:slug>/meetings/<uuid:meeting>/", meetings.meeting, name="meeting"),
    path("team/<slug:slug>/meetings/<uuid:meeting>/drop/", meetings.drop_meeting, name="meeting-drop"),
    path("team/<slug:slug>/attendance/", meetings.attendance, name="attendance"),
    path("team/<slug:slug>/attendance/<trip_day:on>/", meetings.attendance_day, name="attendance-day"),
    path("team/<slug:slug>/attendance/<uuid:meeting>/", meetings.attendance_meeting, name="attendance-meeting"),
    path("team/<slug:slug>/members/", people.members, name="members"),
    path("team/<slug:slug>/lead/", people.take_lead, name="take-lead"),
    path("team/<slug:slug>/members/phone/", people.own_phone, name="members-phone"),
    path("team/<slug:slug>/members/<uuid:member>/remove/", people.remove_member, name="member-remove"),
    path("team/<slug:slug>/travellers/", people.travellers, name="travellers"),
    path("team/<slug:slug>/travellers.xlsx", people.travellers_sheet, name="travellers-sheet"),
    path("themes/", themes.themes, name="themes"),
    path("themes/<uuid:framework>/copy/", themes.copy_framework, name="framework-copy"),
]
