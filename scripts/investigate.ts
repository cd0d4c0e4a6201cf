import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '@/lib/agent/events';
import { getRun, readEvents } from '@/lib/agent/read-run';
import { startRun } from '@/lib/agent/start-run';
import { findUserByEmail } from '@/lib/auth/users';
import { db } from '@/lib/db/client';
import { readDraft } from '@/lib/drafts/read-draft';
import { env } from '@/lib/env/env';
import { AppError } from '@/lib/errors/app-error';
import { openInvestigation } from '@/lib/investigations/open-investigation';
import { findOrFetchAlert } from '@/lib/polling/fetch-alert';
import { startWorker } from '@/lib/worker/worker';
import { isHeld } from './data-dir-lock';

/**
 * Opens an investigation of an alert (its id, or SOURCE:ID, which a connection fetches when it isn't here), runs it, prints its stages on standard error and the report on
 * standard output.
 */
export async function investigate(reference: string, email: string | undefined): Promise<void> {
  const actor = await findUserByEmail(email ?? (await firstAdmin()));
  const { id, codename } = await openInvestigation(actor, { alertIds: [await findOrFetchAlert(actor, reference)] });
  console.error(`Investigation ${codename} (${id})`);
  // The server's worker takes the run when there is one; else this process is the worker for as long as it takes.
  const worker = isHeld(env().DATA_DIR, 'worker') ? undefined : await startWorker();
  try {
    const run = await startRun(actor, id, {});
    let seen = 0;
    for (let finished = false; !finished; ) {
      const events = await readEvents(actor, run.id, seen);
      for (const event of events) {
        seen = event.seq;
        const line = describe(event);
        if (line) console.error(line);
        finished ||= event.type === 'run.finished';
      }
      if (!finished) await delay(300);
    }
    const { status, error } = await getRun(actor, run.id);
    console.log((await readDraft(actor, id)).markdown);
    if (status !== 'succeeded')
      throw new AppError('unavailable', `The run ${status}: ${error ?? 'no reason was given'}.`);
  } finally {
    await worker?.stop();
  }
}

async function firstAdmin(): Promise<string> {
  const admin = await db().user.findFirst({
    where: { role: 'admin', disabledAt: null },
    orderBy: { createdAt: 'asc' },
  });
  if (!admin) throw new AppError('not_found', 'There is no admin yet. Name a person with --user.');
  return admin.email;
}

function describe(event: RunEvent): string | undefined {
  if (event.type === 'stage') return `· ${event.text}`;
  if (event.type === 'tool.started')
    return `  ${event.evidence ? `E${event.evidence} ` : ''}${event.server}.${event.tool}`;
  if (event.type === 'run.finished') return `${event.status}${event.message ? `: ${event.message}` : ''}`;
  return undefined;
}
