-- Single sign-on by OpenID Connect (docs/decisions/101): who a provider's subject is here, and which sessions it began.
CREATE TABLE sso_identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX sso_identities_person ON sso_identities (user_id, issuer);

CREATE TABLE sso_sessions (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE ON UPDATE CASCADE,
  id_token TEXT NOT NULL
);

-- Until then a person's next sign-in at the provider, with the same verified address, is bound to this account.
ALTER TABLE users ADD COLUMN sso_link_until TIMESTAMPTZ(3);
