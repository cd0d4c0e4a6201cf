-- A second factor at sign-in: codes of an authenticator app (TOTP) and recovery codes (docs/decisions/095).
ALTER TABLE users ADD COLUMN two_factor_enabled BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE two_factors (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified BOOLEAN DEFAULT true,
  failed_verification_count INTEGER DEFAULT 0,
  locked_until TIMESTAMPTZ(3)
);

-- Codes that were tried, so that one that was seen over a shoulder is of no use.
CREATE TABLE two_factor_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  code_hash TEXT NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, code_hash)
);
