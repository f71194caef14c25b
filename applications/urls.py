"""Addresses."""

from django.urls import URLPattern, URLResolver, path

from applications.views import apply, endorse, late, mail, mine, review, rubric, selection, team

app_name = "applications"
urlpatterns: list[URLPattern | URLResolver] = [
    # --- applicant ---------------------------------------------------------------------------------
    path("trips/<slug:slug>/apply/", apply.section, name="apply"),
    path("trips/<slug:slug>/apply/review/", apply.review, name="review"),
    path("trips/<slug:slug>/apply/send/", apply.send, name="send"),
    path("trips/<slug:slug>/apply/<slug:section>/", apply.section, name="section"),
    path("my/applications/<uuid:pk>/", mine.mine, name="mine"),
    path("my/applications/<uuid:pk>/versions/<int:number>/", mine.version, name="version"),
    path("my/applications/<uuid:pk>/withdraw/", mine.withdraw_it, name="withdraw"),
    path("my/applications/<uuid:pk>/reinstate/", mine.reinstate_it, name="reinstate"),
    path("my/applications/<uuid:pk>/admission/", mine.ask_admission_of, name="ask-admission"),
    path("my/applications/<uuid:pk>/manager/", mine.replace_it, name="manager"),
    path("my/applications/<uuid:pk>/manager/remind/", mine.remind_it, name="manager-remind"),
    path("my/applications/<uuid:pk>/offer/", mine.offer, name="offer"),
    path("my/applications/<uuid:pk>/offer/confirm/", mine.confirm, name="offer-confirm"),
    path("my/applications/<uuid:pk>/offer/decline/", mine.decline_it, name="offer-decline"),
    path("my/applications/<uuid:pk>/give-back/", mine.give_it_back, name="give-back"),
    path("endorse/thanks/", endorse.thanks, name="endorse-thanks"),
    path("endorse/<str:token>/", endorse.endorse, name="endorse"),
    # --- team --------------------------------------------------------------------------------------
    path("team/<slug:slug>/rubric/", rubric.rubric, name="rubric"),
    path("team/<slug:slug>/rubric/make/", rubric.make, name="rubric-make"),
    path("team/<slug:slug>/rubric/copy/", rubric.copy, name="rubric-copy"),
    path("team/<slug:slug>/rubric/drop/", rubric.drop, name="rubric-drop"),
    path("team/<slug:slug>/applications/", team.listing, name="list"),
    path("team/<slug:slug>/applications.xlsx", team.export, {"kind": "xlsx"}, name="list-xlsx"),
    path("team/<slug:slug>/applications.csv", team.export, {"kind": "csv"}, name="list-csv"),
    path("team/<slug:slug>/applications/<uuid:pk>/", team.detail, name="detail"),
    path("team/<slug:slug>/applications/<uuid:pk>/paper/", team.paper, name="paper"),
    path("team/<slug:slug>/applications/<uuid:pk>/membership/", team.confirm, name="membership"),
    path("team/<slug:slug>/applications/<uuid:pk>/assign/", team.assign_one, name="assign"),
    path("team/<slug:slug>/applications/<uuid:pk>/propose/", selection.propose, name="propose"),
    path("team/<slug:slug>/applications/<uuid:pk>/offer/", selection.offer, name="offer-place"),
    path("team/<slug:slug>/applications/<uuid:pk>/readers/<uuid:assessment>/remove/", team.unassign, name="unassign"),
    path(
        "team/<slug:slug>/applications/<uuid:pk>/readers/<uuid:assessment>/stay-out/", team.hand_back, name="hand-back"
    ),
    path("team/<slug:slug>/late/", late.late, name="late"),
    path("team/<slug:slug>/late/access/<uuid:pk>/take/", late.take, name="late-take"),
    path("team/<slug:slug>/late/<uuid:pk>/", late.admission, name="admission"),
    path("team/<slug:slug>/late/<uuid:pk>/admit/", late.admit, name="admission-admit"),
    path("team/<slug:slug>/late/<uuid:pk>/extend/", late.extend, name="admission-extend"),
    path("team/<slug:slug>/late/<uuid:pk>/decline/", late.decline, name="admission-decline"),
    path("team/<slug:slug>/reviewers/", team.reviewers, name="reviewers"),
    path("team/<slug:slug>/reviewers/assign/", team.assign_all, name="assign-all"),
    path("review/", review.to_review, name="to-review"),
    path("review/<uuid:pk>/", review.assess, name="assess"),
    path("review/<uuid:pk>/reopen/", review.reopen, name="reopen"),
    path("review/<uuid:pk>/stay-out/", review.recuse, name="recuse"),
    path("team/<slug:slug>/selection/", selection.board, name="selection"),
    path("team/<slug:slug>/selection/letters/", selection.letters, name="letters"),
    path("team/<slug:slug>/selection/publish/", selection.publish, name="publish"),
    path("team/<slug:slug>/reserve/", selection.reserve, name="reserve"),
    path("team/<slug:slug>/offers/<uuid:pk>/retract/", selection.retract, name="retract"),
    path("team/<slug:slug>/cancel/", selection.cancel_trip, name="cancel-trip"),
    path("team/<slug:slug>/mail/write/", mail.write, name="write"),
]
