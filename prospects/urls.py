"""Addresses of the pages about people; the review page is that of its search."""

from __future__ import annotations

from django.urls import path

from prospects import marking, prospects_page, views

urlpatterns = [
    path("prospects", prospects_page.prospects, name="prospects"),
    path("prospects/decide", prospects_page.decide, name="prospects-decide"),
    path("prospects/mark", prospects_page.mark, name="prospects-mark"),
    path("prospects/undo", prospects_page.undo, name="prospects-undo"),
    path("prospects/labels", prospects_page.make_label, name="make-label"),
    path(
        "prospects/labels/<uuid:label_id>",
        prospects_page.change_label,
        name="change-label",
    ),
    path("searches/<uuid:job_id>", views.review_page, name="review"),
    path("searches/<uuid:job_id>/pulse", views.pulse, name="review-pulse"),
    path("searches/<uuid:job_id>/sum", views.ledger, name="review-sum"),
    path("searches/<uuid:job_id>/rows", views.rows, name="review-rows"),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>",
        views.person,
        name="review-person",
    ),
    path("searches/<uuid:job_id>/decided", views.decided, name="review-decided"),
    path("searches/<uuid:job_id>/marks", marking.marks, name="review-marks"),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>/note",
        marking.note,
        name="person-note",
    ),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>/label",
        marking.label,
        name="person-label",
    ),
    path("searches/<uuid:job_id>/mark", marking.mark, name="review-mark"),
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
