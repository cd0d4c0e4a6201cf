-- Keys that sign the commits of the store (docs/decisions/100).
CREATE TABLE signing_keys (
  id UUID PRIMARY KEY,
  public_key TEXT NOT NULL UNIQUE,
  sealed_key TEXT,
  after_commit TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  retired_at TIMESTAMPTZ(3)
);
