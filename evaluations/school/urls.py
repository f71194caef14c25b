"""Addresses of what a school sees of its own people."""

from django.urls import path

from evaluations.school import views

app_name = "school"
urlpatterns = [
    path("school/", views.school, name="people"),
    path("school.xlsx", views.school_file, {"extension": "xlsx"}, name="people-xlsx"),
    path("school.csv", views.school_file, {"extension": "csv"}, name="people-csv"),
]
