"""The tag that counts the decisions of all searches on a page."""

from __future__ import annotations

from django.template import Context, Template
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import services
from searchjobs.models import SearchJob
from tests.prospects.making import find

PAGE = Template(
    "{% load review_counts shortlist %}{% review_counts jobs as counts %}"
    "{% for job in jobs %}{% with mine=counts|of:job.id %}"
    "{{ job.name }}: {{ mine.approved }}/{{ mine.rejected }}/{{ mine.pending }} "
    "{% endwith %}{% endfor %}"
)


def test_a_page_of_searches_is_counted_in_one_query(
    alice: Membership,
    job: SearchJob,
    other_job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ada = find(job)
    find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    with django_assert_num_queries(1):
        page = PAGE.render(Context({"jobs": [job, other_job]}))
    assert page == "Chiefs: 1/0/1 Founders: 0/0/0 "
