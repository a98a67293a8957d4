"""Addresses of the pages about people; the review page is that of its search."""

from __future__ import annotations

from django.urls import path

from prospects import marking_views, prospect_views, review_views

urlpatterns = [
    path("prospects", prospect_views.prospects, name="prospects"),
    path("prospects/decide", prospect_views.decide, name="prospects-decide"),
    path("prospects/mark", prospect_views.mark, name="prospects-mark"),
    path("prospects/undo", prospect_views.undo, name="prospects-undo"),
    path("prospects/labels", prospect_views.make_label, name="make-label"),
    path(
        "prospects/labels/<uuid:label_id>",
        prospect_views.change_label,
        name="change-label",
    ),
    path("searches/<uuid:job_id>", review_views.review_page, name="review"),
    path("searches/<uuid:job_id>/pulse", review_views.pulse, name="review-pulse"),
    path("searches/<uuid:job_id>/sum", review_views.ledger, name="review-sum"),
    path("searches/<uuid:job_id>/rows", review_views.rows, name="review-rows"),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>",
        review_views.person,
        name="review-person",
    ),
    path("searches/<uuid:job_id>/decided", review_views.decided, name="review-decided"),
    path("searches/<uuid:job_id>/marks", marking_views.marks, name="review-marks"),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>/note",
        marking_views.note,
        name="person-note",
    ),
    path(
        "searches/<uuid:job_id>/people/<uuid:result_id>/label",
        marking_views.label,
        name="person-label",
    ),
    path("searches/<uuid:job_id>/mark", marking_views.mark, name="review-mark"),
    path("searches/<uuid:job_id>/decide", review_views.decide, name="review-decide"),
    path("searches/<uuid:job_id>/undo", review_views.undo, name="review-undo"),
    path(
        "searches/<uuid:job_id>/export.<str:file_format>",
        review_views.export,
        name="review-export",
    ),
    path(
        "prospects/export.<str:file_format>",
        review_views.export_prospects,
        name="prospects-export",
    ),
]
