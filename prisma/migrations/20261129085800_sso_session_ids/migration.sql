-- The provider's own id of a session (claim sid): a sign-out at the provider names it.
ALTER TABLE sso_sessions ADD COLUMN issuer TEXT, ADD COLUMN sid TEXT;
CREATE INDEX sso_sessions_by_sid ON sso_sessions (issuer, sid) WHERE sid IS NOT NULL;
