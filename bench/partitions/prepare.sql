-- Makes the partitioned table beside the plain one, and the procedure that copies into
-- it. Nothing that runs notices. Then: CALL copy_finished_searches(), as often as wanted.

CREATE TABLE results_in_parts (
    LIKE prospect_search_results INCLUDING DEFAULTS INCLUDING CONSTRAINTS
) PARTITION BY HASH (job_id);

DO $$
BEGIN
    FOR number IN 0..63 LOOP
        EXECUTE format('CREATE TABLE results_part_%s PARTITION OF results_in_parts
            FOR VALUES WITH (MODULUS 64, REMAINDER %s)', number, number);
    END LOOP;
END $$;

-- A key of a partitioned table must hold the column it is divided by. `id` comes first:
-- people are looked up by it alone.
ALTER TABLE results_in_parts
    ADD PRIMARY KEY (id, job_id),
    ADD CONSTRAINT result_in_parts_person_once UNIQUE (job_id, provider_id),
    ADD CONSTRAINT result_in_parts_position_once UNIQUE (job_id, position);

CREATE TABLE searches_in_parts (job_id uuid PRIMARY KEY);

-- Completed and cancelled searches get nobody new; the others are left to the switch.
CREATE PROCEDURE copy_finished_searches() LANGUAGE plpgsql AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN
        SELECT id FROM prospect_search_jobs
        WHERE status IN ('completed', 'cancelled')
          AND id NOT IN (SELECT job_id FROM searches_in_parts)
    LOOP
        INSERT INTO searches_in_parts VALUES (one);
        INSERT INTO results_in_parts
            SELECT r.* FROM prospect_search_results r
            JOIN prospect_search_jobs j ON j.id = r.job_id
            WHERE r.job_id = one;
        COMMIT;
    END LOOP;
END $$;
