-- The entity lists, newest first, and what a person watches, which their inbox asks for.
CREATE INDEX "entity_trust_set_at_kind_value_idx" ON "entity_trust"("set_at" DESC, "kind" DESC, "value" DESC);
CREATE INDEX entity_trust_watched ON entity_trust (set_by_id) WHERE trust = 'watched';
