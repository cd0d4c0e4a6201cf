-- When the result of an evidence record was removed by the retention settings; its hash and facts stay.
ALTER TABLE evidence ADD COLUMN result_removed_at TIMESTAMPTZ(3);
CREATE INDEX evidence_results_by_age ON evidence (started_at) WHERE result IS NOT NULL;
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
