"""Applications on the admin site: to read. The texts of the rubric may be edited."""

from django.contrib import admin
from django.http import HttpRequest

from applications.models import (
    Admission,
    Anchor,
    Application,
    Assessment,
    Criterion,
    Decision,
    Eligibility,
    Endorsement,
    Invitation,
    LateAccess,
    Offer,
    ProposedGoal,
    Recusal,
    Score,
    Submission,
)
from exchange.admin import ReadOnlyAdmin


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Drafts stay with their author, also here."""

    list_display = ("user", "trip", "status", "submitted_at", "score_count")
    list_filter = ("status", "trip")
    list_select_related = ("user", "trip")
    search_fields = ("user__name", "user__email")
    fields = ("trip", "user", "status", "language", "submitted_at", "withdrawn_at", "score_mean", "score_count")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """What was sent stays with those who read it, also here."""

    fields = ("application", "number", "receipt", "submitted_at", "schema", "sha256", "institution", "job_role")
    list_display = ("receipt", "printed_name", "institution", "number", "submitted_at")
    list_filter = ("institution",)
    list_select_related = ("institution",)
    search_fields = ("receipt", "printed_name")


@admin.register(ProposedGoal)
class ProposedGoalAdmin(ReadOnlyAdmin):
    list_display = ("application", "order")
    list_select_related = ("application__user", "application__trip")
    fields = ("application", "order")


@admin.register(Admission)
class AdmissionAdmin(ReadOnlyAdmin):
    list_display = ("application", "status", "asked_at", "answered_at")
    list_filter = ("status",)
    list_select_related = ("application__user", "application__trip")


@admin.register(LateAccess)
class LateAccessAdmin(ReadOnlyAdmin):
    list_display = ("email", "trip", "until_at", "given_by")
    list_select_related = ("trip", "given_by")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("name", "email", "trip", "institution", "invited_at")
    list_filter = ("institution",)
    list_select_related = ("trip", "institution")


@admin.register(Eligibility)
class EligibilityAdmin(ReadOnlyAdmin):
    list_display = ("trip", "member_school", "works_there", "can_travel", "committed", "earlier_at_most")
    list_select_related = ("trip",)


@admin.register(Endorsement)
class EndorsementAdmin(ReadOnlyAdmin):
    list_display = ("manager_name", "application", "status", "asked_at", "answered_at")
    list_filter = ("status",)
    list_select_related = ("application__user", "application__trip")


class AnchorInline(admin.TabularInline):
    model = Anchor
    fields = ("level", "text_nl", "text_en")
    readonly_fields = ("level",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Criterion | None = None) -> bool:
        return False


@admin.register(Criterion)
class CriterionAdmin(admin.ModelAdmin):
    """Texts only: weights and criteria are the lead's, on the trip's own page."""

    list_display = ("name", "trip", "weight")
    list_filter = ("trip",)
    list_select_related = ("trip",)
    fields = ("trip", "key", "weight", "name_nl", "name_en")
    readonly_fields = ("trip", "key", "weight")
    inlines = (AnchorInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Criterion | None = None) -> bool:
        return False


class ScoreInline(admin.TabularInline):
    model = Score
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:
        return False


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ("application", "reviewer", "status", "total")
    list_filter = ("status",)
    list_select_related = ("application__user", "application__trip", "reviewer")
    inlines = (ScoreInline,)


@admin.register(Recusal)
class RecusalAdmin(ReadOnlyAdmin):
    list_display = ("application", "user", "declared_at")
    list_select_related = ("application__user", "application__trip", "user")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("application", "kind", "proposed_by", "published_at")
    list_filter = ("kind",)
    list_select_related = ("application__user", "application__trip", "proposed_by")


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("application", "status", "made_at", "reply_by_at")
    list_filter = ("status",)
    list_select_related = ("application__user", "application__trip")
