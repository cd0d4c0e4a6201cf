import type pg from 'pg';
import type { Prisma, Tx } from './client';

/** `actorId`: the user who did it, null for Socdown itself. `verb`: the permission that was used. */
export type AuditLine = {
  actorId: string | null;
  verb: string;
  subjectKind: string;
  subjectId: string;
  data?: Prisma.InputJsonValue;
};

/**
 * Writes to the audit log, in the order given. Call it with the transaction of the change that it records, so that
 * neither is there without the other.
 */
export function audit(tx: Tx, lines: AuditLine | AuditLine[]): Prisma.PrismaPromise<unknown>;
export function audit(client: pg.ClientBase, lines: AuditLine | AuditLine[]): Promise<unknown>;
export function audit(
  tx: Tx | pg.ClientBase,
  lines: AuditLine | AuditLine[],
): Prisma.PrismaPromise<unknown> | Promise<unknown> {
  const data = [lines].flat();
  return 'query' in tx ? tx.query(INSERT, [JSON.stringify(data)]) : tx.auditEntry.createMany({ data });
}

const INSERT = `INSERT INTO audit (actor_id, verb, subject_kind, subject_id, data)
  SELECT line."actorId", line.verb, line."subjectKind", line."subjectId", coalesce(line.data, '{}')
  FROM jsonb_to_recordset($1::jsonb)
    AS line("actorId" text, verb text, "subjectKind" text, "subjectId" text, data jsonb)`;
