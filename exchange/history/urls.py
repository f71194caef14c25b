"""Addresses."""

from django.urls import path

from exchange.history import views

app_name = "history"
urlpatterns = [
    path("team/<slug:slug>/history/", views.of_trip, name="trip"),
    path("my/history/", views.mine, name="mine"),
    path("history/", views.everything, name="all"),
]
