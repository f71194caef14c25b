"""Addresses."""

from django.urls import path

from exchange.work import views

app_name = "work"
urlpatterns = [
    path("work/", views.jobs, name="list"),
    path("work/<uuid:pk>/again/", views.again, name="again"),
]
