"""People on whom a workspace has decided, in the admin: to look at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import LookOnlyAdmin, own_rows
from prospects.models import Prospect


@admin.register(Prospect)
class ProspectAdmin(LookOnlyAdmin):
    list_display = ("name", "company", "decision", "decided_by", "decided_at")
    list_filter = ("decision",)
    list_select_related = ("decided_by",)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("=name", "=linkedin_url")
    ordering = ("id",)  # of any order only this one costs nothing among millions

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prospect]:
        return own_rows(super().get_queryset(request), request)
