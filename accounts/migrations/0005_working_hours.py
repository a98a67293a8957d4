"""When may an account with working hours ask? One rule, for turns and for forecasts.

Days are the time zone's own; a window that a change of clocks swallows whole is none.
Hours that end before they begin, or when they begin, end on the next day.
"""

from __future__ import annotations

from django.db import migrations

FORWARDS = """
CREATE FUNCTION working_windows(
    moment timestamptz, hours_from time, hours_to time, time_zone text,
    working_days smallint[], days integer
) RETURNS TABLE (opens timestamptz, closes timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT w.opens, w.closes
    FROM (
        SELECT (day + hours_from) AT TIME ZONE time_zone AS opens,
               (day + (hours_to <= hours_from)::integer + hours_to)
                   AT TIME ZONE time_zone AS closes
        FROM (
            SELECT (moment AT TIME ZONE time_zone)::date + number AS day
            FROM generate_series(-1, days) AS number
        ) AS calendar
        WHERE extract(isodow FROM day)::smallint = ANY (working_days)
    ) AS w
    WHERE w.opens < w.closes AND moment < w.closes
    ORDER BY w.opens
$$;
CREATE FUNCTION working_hours_open(
    moment timestamptz, hours_from time, hours_to time, time_zone text,
    working_days smallint[]
) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN hours_from IS NULL THEN moment ELSE (
        SELECT greatest(moment, min(opens)) FROM working_windows(
            moment, hours_from, hours_to, time_zone, working_days, 15
        )
    ) END
$$;
"""
BACKWARDS = """
DROP FUNCTION working_hours_open(timestamptz, time, time, text, smallint[]);
DROP FUNCTION working_windows(timestamptz, time, time, text, smallint[], integer);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_pace_and_hours")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
