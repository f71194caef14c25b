"""Addresses."""

from django.urls import path

from exchange.people import views

app_name = "people"
urlpatterns = [
    path("my/profile/", views.profile, name="profile"),
    path("people/", views.people, name="list"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("people/<uuid:pk>/decline/", views.decline, name="decline"),
    path("people/<uuid:pk>/roles/", views.give_role, name="give-role"),
    path("people/<uuid:pk>/roles/<uuid:role>/take/", views.take_role, name="take-role"),
    path("people/<uuid:pk>/close/", views.close_account, name="close-account"),
    path("people/<uuid:pk>/open/", views.open_account, name="open-account"),
    path("people/<uuid:pk>/second-step/", views.reset_second_step, name="reset-second-step"),
    path("schools/", views.schools, name="schools"),
    path("schools/new/", views.new_school, name="new-school"),
    path("schools/<uuid:pk>/", views.school, name="school"),
    path("schools/<uuid:pk>/former-names/", views.former_name, name="former-name"),
]
