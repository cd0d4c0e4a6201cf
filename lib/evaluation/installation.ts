import fs from 'node:fs';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import type { Actor } from '../auth/guard';
import { SYSTEM } from '../auth/guard';
import { addUser } from '../auth/users';
import { closeServers } from '../connections';
import { closeDb, databaseUrl, db } from '../db/client';
import { startEmbeddedPostgres } from '../db/embedded-postgres';
import { migrate } from '../db/migrate';
import { env } from '../env/env';
import { indexInvestigation } from '../investigations/index-investigation';
import { closeQueue } from '../jobs/queue';
import type { EvaluationCase, KnownCase } from './suites/suite';

/** An empty Socdown of its own: this process's DATA_DIR and LOGS_DIR, which nobody else uses. */
export async function withInstallation(use: (actor: Actor) => Promise<void>): Promise<void> {
  const server = await startEmbeddedPostgres(env().DATA_DIR);
  try {
    await migrate(databaseUrl());
    const person = {
      name: 'Evaluation',
      email: 'evaluation@localhost.test',
      role: 'analyst',
      password: uuid(),
    } as const;
    const { id, name, email } = await addUser(SYSTEM, person);
    await use({ id, role: 'analyst', name, email, via: 'cli' });
  } finally {
    await closeServers();
    await closeQueue();
    await closeDb();
    await server.stop();
  }
}

/** Makes the case's logs all there is to search. Logs of the installation's own (a replay) stay. */
export async function placeLogs({ writeLogs }: Pick<EvaluationCase, 'writeLogs'>): Promise<void> {
  const folder = env().LOGS_DIR;
  if (writeLogs === null || !folder) return;
  await closeServers();
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  fs.rmSync(path.join(env().DATA_DIR, 'cache', 'logs'), { recursive: true, force: true });
  writeLogs(folder);
}

/** Takes the case before away, so that no case knows another, and puts in what the library knew. */
export async function placeLibrary(library: KnownCase[] | undefined, actor: Actor): Promise<void> {
  await db().investigation.deleteMany({ where: { status: { not: 'approved' } } });
  await db().alert.deleteMany({});
  const known = new Set((await db().investigation.findMany({ select: { codename: true } })).map((row) => row.codename));
  const wanted = library ?? [];
  const stale = [...known].filter((codename) => !wanted.some((item) => item.codename === codename));
  if (stale.length > 0) await db().investigation.deleteMany({ where: { codename: { in: stale } } });
  for (const item of wanted) if (!known.has(item.codename)) await addKnown(item, actor);
}

async function addKnown(
  { codename, title, path: file, markdown, digest, ...times }: KnownCase,
  actor: Actor,
): Promise<void> {
  const id = uuid();
  const [openedAt, approvedAt] = [new Date(times.openedAt), new Date(times.approvedAt)];
  const openedById = actor.id ?? '';
  await db().$transaction(async (tx) => {
    await tx.investigation.create({
      data: {
        id,
        codename,
        title,
        path: file,
        status: 'approved',
        severity: 3,
        openedById,
        openedAt,
        updatedAt: approvedAt,
        approvedAt,
        draft: { create: { markdown, version: 1, humanTouched: true, updatedById: openedById } },
      },
    });
    await indexInvestigation(tx, id);
    await tx.investigation.update({ where: { id }, data: { digest, status: 'approved' } });
  });
}
