"""Let the database set `updated_at`, as in the original, whoever writes."""

from __future__ import annotations

from django.db import migrations

FORWARDS = """
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE TRIGGER prospect_search_jobs_updated_at
    BEFORE UPDATE ON prospect_search_jobs
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
"""
BACKWARDS = """
DROP TRIGGER prospect_search_jobs_updated_at ON prospect_search_jobs;
DROP FUNCTION set_updated_at();
"""


class Migration(migrations.Migration):
    dependencies = [("searchjobs", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
