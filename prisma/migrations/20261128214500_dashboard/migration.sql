-- When an alert was first triaged, when a case first had a verdict of a person and its first approval, and the model's first
-- verdict: what the lead's dashboard measures. Triggers, so that every writer is covered (docs/decisions/090).
ALTER TABLE alerts ADD COLUMN triaged_at timestamptz(3);
ALTER TABLE investigations
  ADD COLUMN verdict_at timestamptz(3),
  ADD COLUMN first_approved_at timestamptz(3),
  ADD COLUMN proposed_classification text,
  ADD COLUMN proposed_by text;

UPDATE alerts a SET triaged_at = coalesce(
  (SELECT min(t.at) FROM audit t WHERE t.subject_kind = 'alert' AND t.subject_id = a.id::text AND t.verb = 'alerts.triage'),
  a.closed_at)
WHERE a.status <> 'new';

UPDATE investigations i SET
  first_approved_at = coalesce((SELECT min(r.decided_at) FROM reviews r WHERE r.investigation_id = i.id AND r.status = 'approved'), i.approved_at),
  verdict_at = CASE WHEN i.assessment = 'set' THEN i.approved_at END
WHERE i.approved_at IS NOT NULL;

UPDATE investigations i SET proposed_classification = v.classification, proposed_by = v.model
FROM (
  SELECT DISTINCT ON (d.investigation_id) d.investigation_id, coalesce(nullif(r.model_label, ''), r.model) AS model,
    substring(d.markdown FROM '(?n)^classification: *"?(BENIGN|SUSPICIOUS|MALICIOUS)') AS classification
  FROM runs r JOIN draft_versions d ON d.investigation_id = r.investigation_id AND d.run_id = r.id
  WHERE r.status = 'succeeded' AND d.author = 'model'
  ORDER BY d.investigation_id, r.created_at, d.version DESC) v
WHERE v.investigation_id = i.id AND v.classification IS NOT NULL;

CREATE FUNCTION stamp_alert_triage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'new' THEN
    NEW.triaged_at := NULL;
  ELSE
    NEW.triaged_at := coalesce(NEW.closed_at, now());
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER alerts_triage BEFORE UPDATE OF status ON alerts FOR EACH ROW
  WHEN ((NEW.status = 'new') = (NEW.triaged_at IS NOT NULL)) EXECUTE FUNCTION stamp_alert_triage();

-- A case that is imported with its approval had its verdict by then.
CREATE FUNCTION stamp_first_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.assessment = 'set' THEN
    NEW.verdict_at := coalesce(NEW.verdict_at, least(now(), NEW.approved_at));
  END IF;
  NEW.first_approved_at := coalesce(NEW.first_approved_at, NEW.approved_at);
  RETURN NEW;
END $$;
CREATE TRIGGER investigations_verdict BEFORE INSERT OR UPDATE OF assessment, approved_at ON investigations FOR EACH ROW
  WHEN (NEW.assessment = 'set' OR NEW.approved_at IS NOT NULL) EXECUTE FUNCTION stamp_first_verdict();

CREATE INDEX investigations_opened ON investigations (opened_at DESC, id DESC);
CREATE INDEX reviews_decided ON reviews (decided_at) WHERE decided_at IS NOT NULL;
