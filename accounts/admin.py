"""Users, workspaces and memberships in the admin, and what all its lists share."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from knox.models import AuthToken

from accounts import memberships
from accounts.models import Membership, User, Workspace

Row = TypeVar("Row", bound=Model)

MOST_ROWS = 10_000
NOT_GENERIC = "Django's admin classes are generic in their type stubs alone"


# knox puts its tokens there: whoever may add one makes it for whom they like.
admin.site.unregister(AuthToken)


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # NOT_GENERIC
    """Counts 10,000 rows at most: what lies behind them is found by searching."""

    @cached_property
    def count(self) -> int:
        assert isinstance(self.object_list, QuerySet)
        return self.object_list[:MOST_ROWS].count()


def own_rows(rows: QuerySet[Row], request: HttpRequest) -> QuerySet[Row]:
    """Keep a superuser's every row, and other staff's own workspaces' rows."""
    if request.user.is_superuser:
        return rows
    assert isinstance(request.user, User)
    return rows.filter(workspace__in=memberships.workspace_ids_of(request.user))


class LookOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # NOT_GENERIC
    """Rows that only the product itself writes."""

    paginator = CappedPaginator
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


class UserCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # NOT_GENERIC
    class Meta:
        model = User
        fields = ("email",)
        field_classes: dict[str, Any] = {}


class UserForm(UserChangeForm):  # type: ignore[type-arg]  # NOT_GENERIC
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}


class ForSuperusers:
    """Rows by which whoever may write them could let themselves in anywhere.

    No permission opens them: other staff act in their own workspaces.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # NOT_GENERIC
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "workspace")

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


@admin.register(User)
class UserAdmin(ForSuperusers, DjangoUserAdmin):  # type: ignore[type-arg]  # NOT_GENERIC
    """Who leaves is made inactive: searches and decisions keep their authors."""

    form = UserForm
    add_form = UserCreationForm
    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    show_full_result_count = False
    inlines = (MembershipInline,)
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (
            "What they may do",
            {
                "fields": (
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                )
            },
        ),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "usable_password", "password1", "password2")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


@admin.register(Workspace)
class WorkspaceAdmin(ForSuperusers, admin.ModelAdmin):  # type: ignore[type-arg]  # NOT_GENERIC
    """Deleting one would delete all its searches and people: not from here."""

    list_display = ("name", "created_at")
    search_fields = ("name",)
    ordering = ("name",)
    show_full_result_count = False
    inlines = (MembershipInline,)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ForSuperusers, admin.ModelAdmin):  # type: ignore[type-arg]  # NOT_GENERIC
    """Gives memberships and changes roles. Who leaves is removed in Settings, which
    pauses what runs through their LinkedIn accounts: not from here."""

    list_display = ("user", "workspace", "role")
    list_filter = ("role",)
    list_select_related = ("user", "workspace")
    search_fields = ("user__email", "workspace__name")
    autocomplete_fields = ("user", "workspace")
    show_full_result_count = False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        return ("user", "workspace") if obj else ()

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False
