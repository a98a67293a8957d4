"""Which workspace and which job is a request about, and may the caller see it?"""

from __future__ import annotations

import uuid

from rest_framework.views import APIView

from accounts import memberships
from accounts.errors import NotFound
from accounts.models import Membership
from searchjobs import selectors
from searchjobs.models import SearchJob

WORKSPACE_HEADER = "X-Workspace-Id"


class WorkspaceView(APIView):
    """What is shown and changed belongs to one workspace: yours, or the one that
    X-Workspace-Id names. A stranger is told what an unknown id is told.
    """

    def membership(self) -> Membership:
        """Return the membership that the request acts in."""
        named = self.request.headers.get(WORKSPACE_HEADER)
        return memberships.resolve(self.request.user, named)  # type: ignore[arg-type]  # signed in

    def job(self, job_id: uuid.UUID) -> SearchJob:
        """Return a job of the caller's workspaces, or of the one that was named.

        Raises:
            NotFound: job_not_found, the same for an unknown one and another's.
        """
        job = selectors.job_of(self.request.user, job_id)  # type: ignore[arg-type]  # signed in
        named = self.request.headers.get(WORKSPACE_HEADER)
        if named and named.lower() != str(job.workspace_id):
            raise NotFound("Job not found", code="job_not_found")
        return job

    def role_for(self, job: SearchJob) -> Membership:
        """Return the caller's membership in the job's workspace."""
        return memberships.resolve(
            self.request.user,  # type: ignore[arg-type]  # signed in
            str(job.workspace_id),
        )
