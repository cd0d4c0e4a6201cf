import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '../db/client';

/** A line of a case's audit trail. `prev`: sha256 of the line before it, '' for the first. */
export const TrailLine = z.strictObject({
  seq: z.number().int().positive(),
  at: z.string(),
  actor: z.strictObject({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  verb: z.string(),
  data: z.unknown(),
  prev: z.string(),
});
export type TrailLine = z.infer<typeof TrailLine>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Seals what was recorded of an investigation since the last time and answers its whole trail, a line each: changing,
 * removing or moving any line breaks every hash after it. Called with the store's lock held, so that lines get one order.
 */
export async function sealTrail(tx: Tx, investigationId: string): Promise<string> {
  const sealed = await tx.auditTrail.findMany({ where: { investigationId }, orderBy: { seq: 'asc' } });
  const known = new Set(sealed.map(({ auditId }) => auditId));
  const entries = await tx.auditEntry.findMany({
    where: { subjectKind: 'investigation', subjectId: investigationId },
    orderBy: { id: 'asc' },
  });
  const fresh = entries.filter(({ id }) => !known.has(id));
  const ids = fresh.flatMap(({ actorId }) => actorId ?? []);
  const people = await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true, email: true } });
  const byId = new Map(people.map((person) => [person.id, person]));
  let prev = sealed.at(-1)?.hash ?? '';
  let seq = sealed.at(-1)?.seq ?? 0;
  const added = fresh.map(({ id, at, actorId, verb, data }) => {
    seq += 1;
    const actor = actorId === null ? null : (byId.get(actorId) ?? { id: actorId, name: '', email: '' });
    const line = JSON.stringify({ seq, at: at.toISOString(), actor, verb, data, prev } satisfies TrailLine);
    prev = sha256(line);
    return { investigationId, seq, auditId: id, line, hash: prev };
  });
  if (added.length > 0) await tx.auditTrail.createMany({ data: added });
  return [...sealed, ...added].map(({ line }) => `${line}\n`).join('');
}

/** Reads an exported trail. @returns its lines, and the first thing that is wrong with it, if anything is. */
export function readTrail(text: string): { lines: TrailLine[]; problem: string | null } {
  const lines: TrailLine[] = [];
  if (!text.endsWith('\n')) return { lines, problem: 'does not end with a line end' };
  let prev = '';
  for (const [index, raw] of text.slice(0, -1).split('\n').entries()) {
    const line = parse(raw);
    if (!line) return { lines, problem: `line ${index + 1} can’t be read` };
    if (line.seq !== index + 1) return { lines, problem: `line ${index + 1} is numbered ${line.seq}` };
    if (line.prev !== prev)
      return { lines, problem: `line ${index} is not the one that line ${index + 1} was sealed after` };
    lines.push(line);
    prev = sha256(raw);
  }
  return { lines, problem: null };
}

function parse(raw: string): TrailLine | null {
  try {
    return TrailLine.safeParse(JSON.parse(raw)).data ?? null;
  } catch {
    return null;
  }
}
