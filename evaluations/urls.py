"""Addresses."""

from django.urls import path, register_converter

import exchange.trips.urls  # noqa: F401 -- registers trip_day
from evaluations.views import common, evenings, following, goals, planning, returning, team, team_levels


class MomentConverter:
    """The two moments the team confirms."""

    regex = "return|one_year"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MomentConverter, "moment")

app_name = "evaluations"
urlpatterns = [
    path("goals/<uuid:pk>/", goals.show, name="goal"),
    path("goals/<uuid:pk>/sharpen/", goals.sharpen, name="sharpen"),
    path("my/trips/<slug:slug>/evening/<trip_day:on>/", evenings.evening, name="evening"),
    path("my/trips/<slug:slug>/return/", returning.back, name="return"),
    path("my/trips/<slug:slug>/word/<moment:moment>/", returning.consent, name="consent"),
    path("my/trips/<slug:slug>/presentation/", returning.presentation, name="presentation"),
    path("my/trips/<slug:slug>/plan/", planning.plan, name="plan"),
    path("my/trips/<slug:slug>/plan/new/", planning.add, name="action-new"),
    path("my/trips/<slug:slug>/follow-up/", following.follow_up, name="follow-up"),
    path("my/trips/<slug:slug>/follow-up/recall/", following.recall, name="recall"),
    path("actions/<uuid:pk>/", planning.action, name="action"),
    path("actions/<uuid:pk>/edit/", planning.edit, name="action-edit"),
    path("actions/<uuid:pk>/delete/", planning.delete, name="action-delete"),
    path("actions/<uuid:pk>/drop/", planning.drop, name="action-drop"),
    path("evenings/<uuid:pk>/met/", team.meet_need, name="need-met"),
    path("team/<slug:slug>/reason/", common.reason, name="reason"),
    path("team/<slug:slug>/evenings/", team.evenings, name="evenings"),
    path("team/<slug:slug>/evenings/<trip_day:on>/remind/", team.remind, name="remind"),
    path("team/<slug:slug>/goals/", team.goals, name="goals"),
    path("team/<slug:slug>/outcomes/", team.outcomes, name="outcomes"),
    path("team/<slug:slug>/levels/", team_levels.levels, name="levels"),
    path("team/<slug:slug>/levels/<uuid:goal>/<moment:moment>/confirm/", team_levels.confirm, name="confirm"),
    path("team/<slug:slug>/levels/<uuid:goal>/<moment:moment>/back/", team_levels.hand_back, name="hand-back"),
    path("team/<slug:slug>/levels/<uuid:pk>/confirm/", team_levels.confirm_all, name="confirm-all"),
    path("team/<slug:slug>/presentations/", team_levels.presentations, name="presentations"),
    path("team/<slug:slug>/presentations/<uuid:pk>/held/", team_levels.held, name="held"),
]
