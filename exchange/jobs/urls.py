"""Addresses."""

from django.urls import path

from exchange.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.jobs, name="list"),
    path("jobs/<uuid:pk>/again/", views.again, name="again"),
]
