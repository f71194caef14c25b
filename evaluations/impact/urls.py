"""Addresses of reports."""

from django.urls import path

import evaluations.urls  # noqa: F401 -- registers moment
from evaluations.impact import views, views_shown

app_name = "impact"
urlpatterns = [
    path("reports/", views.editions, name="editions"),
    path("reports/<uuid:pk>/", views.edition, name="edition"),
    path("reports/<uuid:pk>.pdf", views.edition_pdf, name="edition-pdf"),
    path("reports/<uuid:pk>.xlsx", views.edition_sheet, name="edition-xlsx"),
    path("reports/<uuid:pk>/paper/", views.paper, name="paper"),
    path("reports/<uuid:pk>/paper/ask/", views.ask_for_paper, name="paper-ask"),
    path("my/trips/<slug:slug>/shown/", views_shown.shown, name="shown"),
    path("my/trips/<slug:slug>/shown/<moment:moment>/", views_shown.take_back, name="take-back"),
    path("my/trips/<slug:slug>/shown/voice/", views_shown.give, name="voice"),
    path("my/trips/<slug:slug>/shown/voice/back/", views_shown.take_voice_back, name="voice-back"),
    path("team/<slug:slug>/report/", views.preview, name="team"),
    path("team/<slug:slug>/report/findings/", views.write_findings, name="findings"),
    path("team/<slug:slug>/report/publish/", views.publish, name="publish"),
    path("team/<slug:slug>/report/voices/<uuid:pk>/", views.place, name="place"),
    path("team/<slug:slug>/report/<uuid:pk>/public/", views.show, name="show"),
]
