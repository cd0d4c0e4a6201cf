-- The errors of the checks that an approval overrides, each with its own reason.
ALTER TABLE reviews ADD COLUMN overrides JSONB;
