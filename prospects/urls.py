"""Addresses of the pages about people; the review page is that of its search."""

from __future__ import annotations

from django.urls import path

from prospects import views

urlpatterns = [
    path("prospects", views.prospects, name="prospects"),
    path("searches/<uuid:job_id>", views.review_page, name="review"),
    path("searches/<uuid:job_id>/pulse", views.pulse, name="review-pulse"),
    path("searches/<uuid:job_id>/rows", views.rows, name="review-rows"),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>",
        views.person,
        name="review-person",
    ),
    path("searches/<uuid:job_id>/decided", views.decided, name="review-decided"),
    path("searches/<uuid:job_id>/decide", views.decide, name="review-decide"),
    path("searches/<uuid:job_id>/undo", views.undo, name="review-undo"),
    path(
        "searches/<uuid:job_id>/export.<str:file_format>",
        views.export,
        name="review-export",
    ),
    path(
        "prospects/export.<str:file_format>",
        views.export_prospects,
        name="prospects-export",
    ),
]
