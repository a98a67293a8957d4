-- Copies what is left and puts the partitioned table in the plain one's place; all of it
-- or nothing (psql --single-transaction). No worker and no dispatcher may run.

LOCK TABLE prospect_search_results IN ACCESS EXCLUSIVE MODE;

DELETE FROM results_in_parts
WHERE job_id IN (
    SELECT job_id FROM searches_in_parts
    EXCEPT SELECT id FROM prospect_search_jobs
);
INSERT INTO results_in_parts
SELECT r.* FROM prospect_search_results r
JOIN prospect_search_jobs j ON j.id = r.job_id
WHERE j.id NOT IN (SELECT job_id FROM searches_in_parts);

DO $$
BEGIN
    IF (SELECT count(*) FROM results_in_parts)
        <> (SELECT count(*) FROM prospect_search_results)
    THEN
        RAISE EXCEPTION 'the copy is not whole: nothing was switched';
    END IF;
END $$;

-- `id` alone is no key any more, so prospects.found_by cannot refer to it: a trigger
-- forgets a deleted result, as ON DELETE SET NULL did.
DO $$
BEGIN
    EXECUTE format('ALTER TABLE prospects DROP CONSTRAINT %I', (
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'prospects'::regclass AND contype = 'f'
          AND confrelid = 'prospect_search_results'::regclass));
END $$;
CREATE FUNCTION forget_results() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE prospects p SET found_by_id = NULL FROM gone WHERE p.found_by_id = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_results AFTER DELETE ON results_in_parts
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_results();

ALTER TABLE results_in_parts
    ADD FOREIGN KEY (job_id) REFERENCES prospect_search_jobs
        DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (workspace_id) REFERENCES accounts_workspace
        DEFERRABLE INITIALLY DEFERRED;

DROP TABLE searches_in_parts;
DROP PROCEDURE copy_finished_searches;
ALTER TABLE prospect_search_results RENAME TO results_before_parts;
DO $$ -- it is kept until somebody drops it, and must not keep a search from being deleted
DECLARE
    rule name;
BEGIN
    FOR rule IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'results_before_parts'::regclass AND contype = 'f'
    LOOP
        EXECUTE format('ALTER TABLE results_before_parts DROP CONSTRAINT %I', rule);
    END LOOP;
END $$;
ALTER INDEX result_person_once_per_job RENAME TO result_before_parts_person_once;
ALTER INDEX result_position_once_per_job RENAME TO result_before_parts_position_once;
ALTER TABLE results_in_parts RENAME TO prospect_search_results;
ALTER INDEX result_in_parts_person_once RENAME TO result_person_once_per_job;
ALTER INDEX result_in_parts_position_once RENAME TO result_position_once_per_job;
