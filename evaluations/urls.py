"""Addresses."""

from django.urls import path, register_converter

import exchange.trips.urls  # noqa: F401 -- registers trip_day
from evaluations.afterwards import views_outcomes as outcomes
from evaluations.afterwards import views_presentations as presentations
from evaluations.afterwards import views_return as returned
from evaluations.afterwards import views_year as year
from evaluations.evenings import views as evenings
from evaluations.evenings import views_team as board
from evaluations.goals import views as goals
from evaluations.goals import views_levels as levels
from evaluations.goals import views_team as all_goals
from evaluations.looking import views as looking
from evaluations.plans import views as plans


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
    path("my/trips/<slug:slug>/return/", returned.back, name="return"),
    path("my/trips/<slug:slug>/word/<moment:moment>/", returned.consent, name="consent"),
    path("my/trips/<slug:slug>/word/<moment:moment>/public/", returned.public, name="public"),
    path("my/trips/<slug:slug>/presentation/", presentations.presentation, name="presentation"),
    path("my/trips/<slug:slug>/plan/", plans.plan, name="plan"),
    path("my/trips/<slug:slug>/plan/new/", plans.add, name="action-new"),
    path("my/trips/<slug:slug>/follow-up/", year.follow_up, name="follow-up"),
    path("my/trips/<slug:slug>/follow-up/recall/", year.recall, name="recall"),
    path("actions/<uuid:pk>/", plans.action, name="action"),
    path("actions/<uuid:pk>/edit/", plans.edit, name="action-edit"),
    path("actions/<uuid:pk>/delete/", plans.delete, name="action-delete"),
    path("actions/<uuid:pk>/drop/", plans.drop, name="action-drop"),
    path("evenings/<uuid:pk>/met/", board.meet_need, name="need-met"),
    path("team/<slug:slug>/reason/", looking.reason, name="reason"),
    path("team/<slug:slug>/evenings/", board.evenings, name="evenings"),
    path("team/<slug:slug>/evenings/<trip_day:on>/remind/", board.remind, name="remind"),
    path("team/<slug:slug>/goals/", all_goals.goals, name="goals"),
    path("team/<slug:slug>/outcomes/", outcomes.outcomes, name="outcomes"),
    path("team/<slug:slug>/levels/", levels.levels, name="levels"),
    path("team/<slug:slug>/levels/<uuid:goal>/<moment:moment>/confirm/", levels.confirm, name="confirm"),
    path("team/<slug:slug>/levels/<uuid:goal>/<moment:moment>/back/", levels.hand_back, name="hand-back"),
    path("team/<slug:slug>/levels/<uuid:pk>/confirm/", levels.confirm_all, name="confirm-all"),
    path("team/<slug:slug>/presentations/", presentations.presentations, name="presentations"),
    path("team/<slug:slug>/presentations/<uuid:pk>/held/", presentations.held, name="held"),
]
