import { v7 as uuid } from 'uuid';
import type { Actor } from '../../auth/guard';
import { testActor } from '../../auth/testing';
import { db } from '../../db/client';
import { openInvestigation } from '../../investigations/open-investigation';
import type { RunEvent, RunEventBody } from '../events';
import { readEvents } from '../read-run';
import { startRun } from '../start-run';

/** An investigation of one real alert row, opened by an analyst through the product's own verb. */
export async function openCase(
  title = 'Key used from a new address',
): Promise<{ actor: Actor; investigationId: string }> {
  const actor = await testActor('analyst');
  const id = uuid();
  await db().alert.create({
    data: {
      id,
      source: 'generic',
      sourceRef: id,
      title,
      severity: 4,
      techniques: [],
      occurredAt: new Date('2026-01-01T10:00:00Z'),
      entities: [{ kind: 'ip', value: '203.0.113.7' }],
      raw: { note: 'raw document', ip: '203.0.113.7' },
    },
  });
  const opened = await openInvestigation(actor, { alertIds: [id] });
  return { actor, investigationId: opened.id };
}

/** A case with a queued run on it. */
export async function openRun(instruction?: string): Promise<{ actor: Actor; investigationId: string; runId: string }> {
  const opened = await openCase();
  const { id: runId } = await startRun(opened.actor, opened.investigationId, instruction ? { instruction } : {});
  return { ...opened, runId };
}

export async function eventsOfRun(actor: Actor, runId: string): Promise<RunEvent[]> {
  return readEvents(actor, runId, 0);
}

export function ofType<T extends RunEventBody['type']>(events: RunEvent[], type: T): Extract<RunEvent, { type: T }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}
