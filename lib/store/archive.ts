import { createHash } from 'node:crypto';
import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { readArchive, writeArchive } from './archive-file';
import { readBranch } from './branch';
import { oneLine } from './commit-message';
import { dailySummary } from './daily-summary';
import { writeStore } from './hold-store';
import { commitFiles, ensureStoreLocked, listFolderAt, type NewCommit, readFileAt } from './repo';
import type { StoreLock } from './store-lock';
import { isStorePath, storeDir } from './store-path';

const ARCHIVE = 'investigations.tar.gz';
const SUMMARY = '_daily_summary.md';
const WAIT_MS = 120_000;

/** A day (YYYY-MM-DD) and how many investigations went into its archive, or came out of it. */
export type ArchivedDay = { day: string; investigations: number };

/**
 * Puts the files of days that are older than `days` into one archive a day, with a summary beside it: a commit a day. The database
 * keeps everything, so the library reads and finds these cases as before. What is being worked on again stays as it is.
 * With `dryRun` nothing is written.
 */
export async function archiveOlderThan(
  actor: Actor,
  options: { days: number; dryRun?: boolean; now?: Date },
): Promise<ArchivedDay[]> {
  authorize(actor, 'store.maintain');
  const { days, dryRun = false, now = new Date() } = options;
  if (!Number.isInteger(days) || days < 1) throw new AppError('bad_request', 'Enter a number of days (1 or more).');
  const before = new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
  return hold(async (lock) => {
    const done: ArchivedDay[] = [];
    for (const day of await daysBefore(before)) {
      const packed = await pack(day, now);
      if (!packed) continue;
      const commit = { files: packed.files, ...byUs(now), message: messageFor(day, packed.files) };
      if (!dryRun) {
        await commitFiles(storeDir(), commit, () => lock.confirm());
        await record(actor, 'store.archive', day, packed.investigations);
      }
      done.push({ day, investigations: packed.investigations });
    }
    return done;
  });
}

/**
 * Puts a day's files back as they were and takes archive and summary away. A file that was published again meanwhile stays.
 * @throws AppError not_found when that day has no archive; unprocessable when a name in it is none of the store's.
 */
export async function unarchive(actor: Actor, day: string, now = new Date()): Promise<ArchivedDay> {
  authorize(actor, 'store.maintain');
  if (!isDay(day)) throw new AppError('bad_request', `"${oneLine(day, 40)}" is not a date. Use YYYY-MM-DD.`);
  const folder = folderOf(day);
  return hold(async (lock) => {
    const head = await requireHead();
    const zipped = await readFileAt(storeDir(), head, `${folder}/${ARCHIVE}`);
    if (!zipped) throw new AppError('not_found', `${day} has no archive in the repository.`);
    const inside = await readArchive(zipped);
    const bad = inside.find(({ name }) => !isFileName(name));
    if (bad)
      throw new AppError(
        'unprocessable',
        `The archive of ${day} has a name that is none of the store’s: ${JSON.stringify(bad.name)}`,
      );
    const present = new Set(await listFolderAt(storeDir(), head, folder));
    const files: NewCommit['files'] = inside
      .filter(({ name }) => !present.has(name))
      .map(({ name, content }) => ({ path: `${folder}/${name}`, content }));
    for (const name of [ARCHIVE, SUMMARY])
      if (present.has(name)) files.push({ path: `${folder}/${name}`, content: null });
    const message = `Restore ${day} from its archive\n\nRestored-Day: ${day}\n`;
    await commitFiles(storeDir(), { files, ...byUs(now), message }, () => lock.confirm());
    const investigations = inside.filter(({ name }) => name.endsWith('.md')).length;
    await record(actor, 'store.unarchive', day, investigations);
    return { day, investigations };
  });
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return time !== null && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

async function hold<T>(work: (lock: StoreLock) => Promise<T>): Promise<T> {
  return writeStore(WAIT_MS, async (store) => {
    await ensureStoreLocked(store);
    return work(store);
  });
}

/** With the hashes of archive and summary, as an approval has those of its files. */
function messageFor(day: string, files: NewCommit['files']): string {
  const hashes = files.flatMap(({ path, content }) =>
    content === null
      ? []
      : [`Sha256: ${createHash('sha256').update(content).digest('hex')} ${path.split('/').at(-1)}\n`],
  );
  return `Archive ${day}\n\n${hashes.join('')}Archived-Day: ${day}\n`;
}

const folderOf = (day: string): string => `investigations/${day.replaceAll('-', '/')}`;
const isFileName = (name: string): boolean => !name.includes('/') && isStorePath(name);
const byUs = (at: Date) => {
  const us = { name: SYSTEM.name, email: SYSTEM.email, at };
  return { author: us, committer: us };
};

async function requireHead(): Promise<string> {
  const head = await readBranch(storeDir());
  if (!head) throw new AppError('unavailable', 'The store has no commit yet.');
  return head;
}

/** The days with a folder, before one, oldest first. */
async function daysBefore(limit: string): Promise<string[]> {
  const head = await requireHead();
  const found: string[] = [];
  const walk = async (folder: string, parts: string[]): Promise<void> => {
    if (parts.length === 3) {
      const day = parts.join('-');
      if (day < limit) found.push(day);
      return;
    }
    for (const name of await listFolderAt(storeDir(), head, folder)) {
      if (/^\d{2,4}\/$/.test(name)) await walk(`${folder}/${name.slice(0, -1)}`, [...parts, name.slice(0, -1)]);
    }
  };
  await walk('investigations', []);
  return found.sort();
}

/** The files of the commit that archives a day, or null when nothing of it is left to archive. */
async function pack(day: string, now: Date): Promise<{ files: NewCommit['files']; investigations: number } | null> {
  const head = await requireHead();
  const folder = folderOf(day);
  const names = (await listFolderAt(storeDir(), head, folder)).filter(isFileName);
  const reports = names.filter((name) => name.endsWith('.md') && name !== SUMMARY);
  const busy = await db().investigation.findMany({
    where: { path: { in: reports.map((name) => `${folder}/${name}`) }, status: { not: 'approved' } },
    select: { path: true },
  });
  const staying = new Set(busy.map(({ path }) => path.slice(folder.length + 1)));
  const going = reports.filter((name) => !staying.has(name));
  if (going.length === 0) return null;
  const stems = going.map((name) => name.replace(/\.md$/, ''));
  const moved = names.filter((name) =>
    stems.some((stem) => name === `${stem}.md` || name === `${stem}.evidence.json` || name === `${stem}.audit.jsonl`),
  );
  const read = async (name: string) => (await readFileAt(storeDir(), head, `${folder}/${name}`)) ?? Buffer.alloc(0);
  const inside = new Map<string, Buffer>();
  if (names.includes(ARCHIVE))
    for (const { name, content } of await readArchive(await read(ARCHIVE))) inside.set(name, content);
  for (const name of moved) inside.set(name, await read(name));
  const texts = [...inside]
    .filter(([name]) => name.endsWith('.md'))
    .map(([name, content]) => ({ name, markdown: content.toString('utf8') }));
  const archive = writeArchive([...inside].map(([name, content]) => ({ name, content })));
  return {
    investigations: going.length,
    files: [
      ...moved.map((name) => ({ path: `${folder}/${name}`, content: null })),
      { path: `${folder}/${ARCHIVE}`, content: archive },
      { path: `${folder}/${SUMMARY}`, content: dailySummary(day, texts, { at: now, bytes: archive.length }) },
    ],
  };
}

async function record(actor: Actor, verb: string, day: string, investigations: number): Promise<void> {
  await audit(db(), { actorId: actor.id, verb, subjectKind: 'store', subjectId: day, data: { investigations } });
}
