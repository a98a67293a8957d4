"""How people are judged: the person a workspace has decided on, and every decision."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from accounts.models import Workspace
from searchjobs.models import SearchResult

# C locales know ASCII alone; this collation is built in and the same everywhere.
UNICODE = 'COLLATE "pg_unicode_fast"'
# Letters that are no letter with an accent in Unicode, and what people type for them.
PLAIN = ("łøđħıŧð", "lodhitd")
FOLDED = (
    f"regexp_replace(translate(casefold(normalize(%(expressions)s, NFD) {UNICODE}), "
    rf"'{PLAIN[0]}', '{PLAIN[1]}'), '[\u0300-\u036f]', '', 'g')"
)


class DecisionValue(models.TextChoices):
    """Pending is the absence of a decision; in the log it is a withdrawn one."""

    APPROVED = "approved"
    REJECTED = "rejected"
    PENDING = "pending"


class Prospect(models.Model):
    """A person on whom a workspace has decided or noted something."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="prospects", db_index=False
    )
    decision = models.CharField(
        max_length=8, choices=DecisionValue, default=DecisionValue.PENDING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    note_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note_at = models.DateTimeField(null=True, blank=True)
    version = models.UUIDField(
        null=True,
        editable=False,
        help_text="The action that made the decision what it is; empty: none has yet.",
    )
    found_by = models.ForeignKey(
        SearchResult,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The result it left pending on; a decision outlives its search.",
    )
    name = models.CharField(max_length=300, blank=True)
    title = models.TextField(blank=True)
    company = models.TextField(blank=True)
    location = models.TextField(blank=True)
    linkedin_url = models.TextField(blank=True)
    haystack = models.GeneratedField(
        expression=models.Func(
            *("name", "title", "company", "location"),
            template=FOLDED,
            arg_joiner=" || E'\\n' || ",
        ),
        output_field=models.TextField(),
        db_persist=True,
        help_text="What a search by words looks in; to fold 100,000 took a second.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    tags: list[str]  # as `listings` reads it, and the next
    lists: list[str]

    class Meta:
        db_table = "prospects"
        indexes = [
            models.Index(
                "workspace",
                "decision",
                models.F("decided_at").desc(),
                models.F("id").desc(),
                name="prospect_by_decision",
            ),
            models.Index(
                "workspace",
                models.F("decided_at").desc(),
                models.F("id").desc(),
                condition=~Q(decision=DecisionValue.PENDING),
                name="prospect_all_decided",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=DecisionValue.values),
                name="prospect_decision_known",
            ),
            models.CheckConstraint(
                condition=Q(decision=DecisionValue.PENDING, decided_at__isnull=True)
                | (~Q(decision=DecisionValue.PENDING) & Q(decided_at__isnull=False)),
                name="prospect_decided_iff_decided_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonAlias(models.Model):
    """One of the keys that say who a prospect is."""

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,  # the prospect's is enough; thousands are written at once
    )
    key = models.TextField()
    prospect = models.ForeignKey(
        Prospect, on_delete=models.CASCADE, related_name="aliases"
    )

    class Meta:
        db_table = "person_aliases"
        constraints = [
            models.UniqueConstraint("workspace", "key", name="alias_one_prospect")
        ]

    def __str__(self) -> str:
        return self.key


class ProspectDecision(models.Model):
    """One decision or its undoing. Only ever added."""

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,  # the prospect's is enough; thousands are written at once
    )
    prospect = models.ForeignKey(
        Prospect, on_delete=models.CASCADE, related_name="decisions", db_index=False
    )
    action = models.UUIDField(
        help_text="The click it was part of: one person or thousands; the undo_id."
    )
    undoes = models.UUIDField(null=True, blank=True, help_text="The action taken back.")
    result = models.UUIDField(
        null=True, help_text="The result it was made on, if any; no foreign key."
    )
    version_before = models.UUIDField(
        null=True, help_text="The prospect's version until then."
    )
    version_after = models.UUIDField(
        null=True,
        help_text="Its version since: this action, or what an undo went back to.",
    )
    previous = models.CharField(max_length=8, choices=DecisionValue)
    previous_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    previous_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=8, choices=DecisionValue)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "prospect_decisions"
        indexes = [
            models.Index("workspace", "action", name="decision_action"),
            models.Index("prospect", "id", name="decision_latest"),
            models.Index("workspace", "id", name="decision_log"),
        ]

    def __str__(self) -> str:
        return f"{self.previous} → {self.decision}"


class LabelKind(models.TextChoices):
    TAG = "tag"
    LIST = "list"


class Label(models.Model):
    """A named set of a workspace's prospects: a tag, which rows show, or a list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=4, choices=LabelKind)
    name = models.CharField(max_length=60)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "prospect_labels"
        constraints = [
            models.UniqueConstraint(
                "workspace", "kind", Lower("name"), name="label_name_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LabelKind.values), name="label_kind_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="label_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class LabelEntry(models.Model):
    """A prospect that has a tag or is in a list."""

    label = models.ForeignKey(
        Label, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    prospect = models.ForeignKey(
        Prospect, on_delete=models.CASCADE, related_name="entries"
    )

    class Meta:
        db_table = "prospect_label_entries"
        constraints = [
            models.UniqueConstraint("label", "prospect", name="label_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.prospect_id} in {self.label_id}"


class LabelChange(models.Model):
    """An entry that was made or taken away; or a tag or list that was renamed or
    deleted, or a note that was written, for those who look. Only ever added."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    label = models.ForeignKey(
        Label,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        help_text="None for a note, or a tag or list that was deleted.",
    )
    prospect = models.ForeignKey(
        Prospect,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        help_text="None for all who have it: it was renamed or deleted.",
    )
    action = models.UUIDField(help_text="The click it was part of; the undo_id.")
    undoes = models.UUIDField(null=True, blank=True, help_text="The action taken back.")
    is_added = models.BooleanField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "prospect_label_changes"
        indexes = [
            models.Index("workspace", "action", name="label_change_action"),
            models.Index("prospect", "label", "id", name="label_change_latest"),
            models.Index("workspace", "id", name="label_change_log"),
        ]

    def __str__(self) -> str:
        return f"{'+' if self.is_added else '-'}{self.label_id}"
