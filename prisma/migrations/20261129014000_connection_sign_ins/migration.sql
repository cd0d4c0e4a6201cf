-- OAuth: what a connection is signed in with, and sign-ins that were begun.
CREATE TABLE "connection_sign_ins" (
    "connection_id" UUID NOT NULL,
    "resource" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "server" JSONB NOT NULL,
    "client" JSONB NOT NULL,
    "secrets" TEXT,
    "renews" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "missing_scopes" TEXT[] NOT NULL,
    "account" TEXT,
    "signed_in_by_id" TEXT,
    "signed_in_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    CONSTRAINT "connection_sign_ins_pkey" PRIMARY KEY ("connection_id"),
    CONSTRAINT "connection_sign_ins_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "connection_sign_ins_signed_in_by_id_fkey" FOREIGN KEY ("signed_in_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE TABLE "connection_sign_in_requests" (
    "state_hash" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "connection_sign_in_requests_pkey" PRIMARY KEY ("state_hash"),
    CONSTRAINT "connection_sign_in_requests_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "connection_sign_in_requests_connection_id_idx" ON "connection_sign_in_requests"("connection_id");
