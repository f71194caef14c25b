"""Addresses."""

from django.urls import URLPattern, URLResolver, path

from applications.assessing import views as assessing
from applications.assessing import views_assigning as assigning
from applications.assessing import views_rubric as rubric
from applications.conditions import views as conditions
from applications.endorsing import views as endorsing
from applications.endorsing import views_schools as schools
from applications.late import views as late
from applications.letters import views as letters
from applications.mine import views as mine
from applications.people import views as people
from applications.people import views_inviting as inviting
from applications.selection import views as selection
from applications.team import views as team
from applications.team import views_deciding as deciding
from applications.writing import views as writing

app_name = "applications"
urlpatterns: list[URLPattern | URLResolver] = [
    # --- applicant ---------------------------------------------------------------------------------
    path("trips/<slug:slug>/apply/", writing.section, name="apply"),
    path("trips/<slug:slug>/apply/review/", writing.review, name="review"),
    path("trips/<slug:slug>/apply/send/", writing.send, name="send"),
    path("trips/<slug:slug>/apply/<slug:section>/", writing.section, name="section"),
    path("my/applications/<uuid:pk>/", mine.mine, name="mine"),
    path("my/applications/<uuid:pk>/versions/<int:number>/", mine.version, name="version"),
    path("my/applications/<uuid:pk>/versions/<int:number>.pdf", mine.paper, name="version-pdf"),
    path("my/applications/<uuid:pk>/withdraw/", mine.withdraw_it, name="withdraw"),
    path("my/applications/<uuid:pk>/reinstate/", mine.reinstate_it, name="reinstate"),
    path("my/applications/<uuid:pk>/admission/", mine.ask_admission_of, name="ask-admission"),
    path("my/applications/<uuid:pk>/manager/", mine.replace_it, name="manager"),
    path("my/applications/<uuid:pk>/manager/remind/", mine.remind_it, name="manager-remind"),
    path("my/applications/<uuid:pk>/offer/", mine.offer, name="offer"),
    path("my/applications/<uuid:pk>/offer/confirm/", mine.confirm, name="offer-confirm"),
    path("my/applications/<uuid:pk>/offer/decline/", mine.decline_it, name="offer-decline"),
    path("my/applications/<uuid:pk>/give-back/", mine.give_it_back, name="give-back"),
    path("endorse/thanks/", endorsing.thanks, name="endorse-thanks"),
    path("endorse/<secret:token>/", endorsing.endorse, name="endorse"),
    # --- team --------------------------------------------------------------------------------------
    path("team/<slug:slug>/conditions/", conditions.conditions, name="conditions"),
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
    path("team/<slug:slug>/applications/<uuid:pk>/rule/", team.rule_on, name="rule"),
    path("team/<slug:slug>/applications/<uuid:pk>/assign/", team.assign_one, name="assign"),
    path("team/<slug:slug>/applications/<uuid:pk>/propose/", deciding.propose, name="propose"),
    path("team/<slug:slug>/applications/<uuid:pk>/offer/", selection.offer, name="offer-place"),
    path("team/<slug:slug>/applications/<uuid:pk>/readers/<uuid:assessment>/remove/", team.unassign, name="unassign"),
    path(
        "team/<slug:slug>/applications/<uuid:pk>/readers/<uuid:assessment>/stay-out/", team.hand_back, name="hand-back"
    ),
    path("team/<slug:slug>/schools/", schools.schools, name="schools"),
    path("team/<slug:slug>/schools/<slug:occasion>/ask/", schools.ask_schools_again, name="schools-ask"),
    path("team/<slug:slug>/late/", late.late, name="late"),
    path("team/<slug:slug>/late/access/<uuid:pk>/take/", late.take, name="late-take"),
    path("team/<slug:slug>/late/<uuid:pk>/", late.admission, name="admission"),
    path("team/<slug:slug>/late/<uuid:pk>/admit/", late.admit, name="admission-admit"),
    path("team/<slug:slug>/late/<uuid:pk>/extend/", late.extend, name="admission-extend"),
    path("team/<slug:slug>/late/<uuid:pk>/decline/", late.decline, name="admission-decline"),
    path("team/<slug:slug>/reviewers/", assigning.reviewers, name="reviewers"),
    path("team/<slug:slug>/reviewers/assign/", assigning.assign_all, name="assign-all"),
    path("review/", assessing.to_review, name="to-review"),
    path("review/<uuid:pk>/", assessing.assess, name="assess"),
    path("review/<uuid:pk>/reopen/", assessing.reopen, name="reopen"),
    path("review/<uuid:pk>/stay-out/", assessing.recuse, name="recuse"),
    path("team/<slug:slug>/selection/", selection.board, name="selection"),
    path("team/<slug:slug>/selection/letters/", selection.letters, name="letters"),
    path("team/<slug:slug>/selection/publish/", selection.publish, name="publish"),
    path("team/<slug:slug>/reserve/", selection.reserve, name="reserve"),
    path("team/<slug:slug>/offers/<uuid:pk>/retract/", selection.retract, name="retract"),
    path("team/<slug:slug>/cancel/", selection.cancel_trip, name="cancel-trip"),
    path("team/<slug:slug>/mail/write/", letters.write, name="write"),
    # --- everybody around a call: the team's page, and the coordinator's -----------------------------
    path("team/<slug:slug>/funnel/", people.team_funnel, name="people"),
    path("team/<slug:slug>/funnel.xlsx", people.team_file, {"kind": "xlsx"}, name="people-xlsx"),
    path("team/<slug:slug>/funnel.csv", people.team_file, {"kind": "csv"}, name="people-csv"),
    path("team/<slug:slug>/funnel/remind/", people.team_remind, name="remind"),
    path("team/<slug:slug>/invitations/", inviting.team_bring, name="invite"),
    path("team/<slug:slug>/invitations/check/", inviting.team_check, name="invite-check"),
    path("team/<slug:slug>/invitations/take/", inviting.team_take, name="invite-take"),
    path("school/applications/", people.school_trips, name="school"),
    path("school/applications/<slug:slug>/", people.school_people, name="school-people"),
    path("school/applications/<slug:slug>.xlsx", people.school_file, {"kind": "xlsx"}, name="school-people-xlsx"),
    path("school/applications/<slug:slug>.csv", people.school_file, {"kind": "csv"}, name="school-people-csv"),
    path("school/applications/<slug:slug>/remind/", people.school_remind, name="school-remind"),
    path("school/applications/<slug:slug>/invitations/", inviting.school_bring, name="school-invite"),
    path("school/applications/<slug:slug>/invitations/check/", inviting.school_check, name="school-invite-check"),
    path("school/applications/<slug:slug>/invitations/take/", inviting.school_take, name="school-invite-take"),
    path("school/applications/<slug:slug>/<uuid:pk>/", people.school_read, name="school-read"),
    path("invitations/list.xlsx", inviting.example, {"kind": "xlsx"}, name="invite-xlsx"),
    path("invitations/list.csv", inviting.example, {"kind": "csv"}, name="invite-csv"),
]
