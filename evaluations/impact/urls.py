"""Addresses of reports."""

from django.urls import path

from evaluations.impact import views

app_name = "impact"
urlpatterns = [
    path("reports/", views.editions, name="editions"),
    path("reports/<uuid:pk>/", views.edition, name="edition"),
    path("reports/<uuid:pk>.pdf", views.edition_file, {"extension": "pdf"}, name="edition-pdf"),
    path("reports/<uuid:pk>.xlsx", views.edition_file, {"extension": "xlsx"}, name="edition-xlsx"),
    path("team/<slug:slug>/report/", views.preview, name="team"),
    path("team/<slug:slug>/report/findings/", views.write_findings, name="findings"),
    path("team/<slug:slug>/report/publish/", views.publish, name="publish"),
]
