"""LinkedIn accounts, what they used, and signing in to them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts import zones
from accounts.models.members import User, Workspace


class AccountStatus(models.TextChoices):
    """What Unipile says of the login. Only `ok` takes turns."""

    OK = "ok"
    CONNECTING = "connecting"
    CREDENTIALS = "credentials", "needs a new sign-in"
    PERMISSIONS = "permissions", "lacks permissions"
    RESTRICTED = "restricted", "restricted by LinkedIn"
    STOPPED = "stopped"
    ERROR = "error"
    DELETED = "deleted", "removed from Unipile"


class AccountWait(models.TextChoices):
    """Why an account takes no turn before `next_turn_at`; empty is the pace."""

    RATE_LIMITED = "rate_limited"
    BACKING_OFF = "backing_off"
    PROVIDER_DOWN = "provider_down"
    OUTSIDE_HOURS = "outside_hours"


MOST_PACE_FACTOR = 8.0
# Unipile's apis by their use for prospecting: Recruiter's rows can be anonymous.
STRONGEST_FIRST = ("sales_navigator", "recruiter", "classic")


def every_day() -> list[int]:
    return [1, 2, 3, 4, 5, 6, 7]


class LinkedInAccount(models.Model):
    """A LinkedIn login connected through Unipile; what takes turns.

    `next_turn_at` to `dispatches` belong to the engine (`searchjobs.turns`): they are
    written by UPDATE of named columns under this row's lock, never by save().
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="linkedin_accounts"
    )
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="linkedin_accounts"
    )
    provider = models.CharField(max_length=20, default="linkedin")
    unipile_account_id = models.CharField(max_length=100, unique=True, null=True)  # noqa: DJ001
    name = models.CharField(max_length=200)
    status = models.CharField(
        max_length=12, choices=AccountStatus, default=AccountStatus.OK
    )
    status_changed_at = models.DateTimeField(
        db_default=Now(), help_text="A sync that began before this changes nothing."
    )
    status_reason = models.CharField(
        max_length=60,
        blank=True,
        db_default="",
        help_text="Unipile's word for it, if it gave one.",
    )
    premium_features = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="What Unipile lists: sales_navigator, recruiter, premium.",
    )
    daily_quota_classic = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Rows in 24 h. Empty: the setting. 0: no limit.",
    )
    daily_quota_sales_navigator = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Rows in 24 h. Empty: the setting. 0: no limit.",
    )
    daily_quota_recruiter = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Rows in 24 h. Empty: the setting. 0: no limit.",
    )
    hours_from = models.TimeField(
        null=True, blank=True, help_text="No request before. Empty: at any hour."
    )
    hours_to = models.TimeField(
        null=True,
        blank=True,
        help_text="No request from then on; before `hours from`: of the next day.",
    )
    time_zone = models.CharField(
        max_length=50,
        blank=True,
        validators=[zones.require_known],
        help_text="Of the hours, such as Europe/Berlin.",
    )
    working_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=every_day,
        db_default=every_day(),
        help_text="On which the hours begin: 1 is Monday, 7 is Sunday.",
    )
    limits = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="By api, LinkedIn's monthly limit: until when, how often in a row.",
    )
    synced_at = models.DateTimeField(null=True, blank=True)
    reread_at = models.DateTimeField(
        null=True, blank=True, help_text="When it alone was last read again."
    )
    next_reread_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is read again; empty: not needed."
    )
    rereads = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Readings out of order since a page was last answered.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    next_turn_at = models.DateTimeField(
        db_default=Now(), help_text="No request before this time (the pace, a wait)."
    )
    failures = models.PositiveIntegerField(
        default=0, help_text="Turns in a row that the network or Unipile spoilt."
    )
    wait_reason = models.CharField(max_length=16, choices=AccountWait, blank=True)
    pace_factor = models.FloatField(
        default=1.0,
        db_default=1.0,
        help_text="How many times slower than the pace it goes since a 429.",
    )
    lease_token = models.UUIDField(
        null=True,
        blank=True,
        help_text="Fences late writers: a turn ends only with it.",
    )
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    lease_job = models.UUIDField(
        null=True,
        blank=True,
        help_text="The job of the turn under way; no foreign key.",
    )
    dispatched_at = models.DateTimeField(
        null=True, blank=True, help_text="When a worker was last told to look here."
    )
    dispatches = models.PositiveIntegerField(
        default=0, help_text="How often it was told so without an answer."
    )
    answered_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a page last arrived through this account.",
    )
    answered_job = models.UUIDField(
        null=True, blank=True, help_text="The job that page was for; no foreign key."
    )

    answer_seconds = models.FloatField(
        default=1.0, help_text="How long its answers take: a moving average."
    )

    class Meta:
        db_table = "user_unipile_accounts"
        verbose_name = "LinkedIn account"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=AccountStatus.values),
                name="account_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(wait_reason__in=["", *AccountWait.values]),
                name="account_wait_reason_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    pace_factor__gte=1.0, pace_factor__lte=MOST_PACE_FACTOR
                ),
                name="account_pace_factor_bounded",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    hours_from__isnull=True, hours_to__isnull=True, time_zone=""
                )
                | (
                    models.Q(hours_from__isnull=False, hours_to__isnull=False)
                    & ~models.Q(time_zone="")
                ),
                name="account_hours_whole",
                violation_error_message="Give both hours and their time zone, or none.",
            ),
            models.CheckConstraint(
                condition=models.Q(working_days__contained_by=every_day())
                & ~models.Q(working_days=[]),
                name="account_working_days_known",
                violation_error_message="Give days from 1 (Monday) to 7 (Sunday).",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    lease_token__isnull=True,
                    lease_expires_at__isnull=True,
                    lease_job__isnull=True,
                )
                | models.Q(
                    lease_token__isnull=False,
                    lease_expires_at__isnull=False,
                    lease_job__isnull=False,
                ),
                name="account_lease_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def apis(self) -> tuple[str, ...]:
        """The apis this account may search with, the strongest first."""
        had = {*self.premium_features, "classic"}
        return tuple(api for api in STRONGEST_FIRST if api in had)


class AccountUsage(models.Model):
    """Rows received through one account and api in one hour of the clock."""

    account = models.ForeignKey(
        LinkedInAccount, on_delete=models.CASCADE, related_name="usage"
    )
    api = models.CharField(max_length=16)
    hour = models.DateTimeField(help_text="The hour's beginning; it counts for 25 h.")
    received = models.PositiveIntegerField()

    class Meta:
        db_table = "account_usage"
        constraints = [
            models.UniqueConstraint("account", "api", "hour", name="usage_hour_unique")
        ]

    def __str__(self) -> str:
        return f"{self.received} rows of {self.api} from {self.hour:%F %H}:00"


class SignInOutcome(models.TextChoices):
    """What came of a person's sign-in on Unipile's page. Only `done` is final."""

    DONE = "done"
    FAILED = "failed"
    TAKEN = "taken", "the login belongs to somebody else"
    WRONG = "wrong", "another login than the one to reconnect"
    LEFT = "left", "the person may not connect here any more"


class HostedSignIn(models.Model):
    """One person's way to Unipile's page and back; bound to them, used once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    account = models.ForeignKey(
        LinkedInAccount,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text="To reconnect, or what was connected.",
    )
    is_reconnect = models.BooleanField(default=False)
    outcome = models.CharField(max_length=6, choices=SignInOutcome, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *SignInOutcome.values]),
                name="sign_in_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.outcome or 'under way'}"
