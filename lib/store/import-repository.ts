import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { severityRank } from '../alerts/schema';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { indexInvestigation } from '../investigations/index-investigation';
import { type Understood, understandReport } from '../report/legacy-report';
import { readArchive } from './archive-file';
import { readBranch } from './branch';
import { oneLine } from './commit-message';
import { writeStore } from './hold-store';
import { commitFiles, ensureStoreLocked, readFileAt } from './repo';
import { isStorePath, storeDir } from './store-path';

export type ImportReport = {
  imported: { path: string; codename: string; classification: string | null; notes: string[] }[];
  /** Files that were not taken, and why. */
  skipped: { path: string; why: string }[];
  /** Days that were in an archive of the original project. */
  archivedDays: string[];
};

const MAX_REPORT = 2_000_000;
/** A day's archive, and what may come out of it: a small file can unfold to gigabytes. */
const MAX_ARCHIVE = 100_000_000;
const MAX_UNPACKED = 300_000_000;
const BATCH = 100;
const PLACE = /^investigations\/(\d{4})\/(\d{2})\/(\d{2})\/[^/._][^/]*?\.(\d{2})h(\d{2})\.([a-z]+-[a-z]+-[a-z]+)\.md$/;

type Found = { path: string; content: Buffer };
type Ready = { path: string; codename: string; understood: Understood };

/**
 * Takes the investigations of a repository of the original project (or of a folder in its form) into store and library: each
 * `investigations/YYYY/MM/DD/name.HHhMM.codename.md`, and those in a day's archive. They count as approved there, by nobody here;
 * what says "In Progress" becomes a draft. Doing it again takes only what is new. With `dryRun` it only tells.
 * @throws AppError bad_request when there is no folder investigations.
 */
export async function importRepository(
  actor: Actor,
  dir: string,
  options: { dryRun?: boolean } = {},
): Promise<ImportReport> {
  authorize(actor, 'store.maintain');
  const userId = personId(actor);
  const root = path.resolve(dir);
  const report: ImportReport = { imported: [], skipped: [], archivedDays: [] };
  const skip = (file: string, why: string) => report.skipped.push({ path: oneLine(file), why });
  const ready: Ready[] = [];
  const known = await knownCases();
  for (const { path: file, content } of await findReports(root, report, skip)) {
    const place = PLACE.exec(file);
    const codename = place?.[6] ?? '';
    const [year, month, day, hour, minute] = (place ?? []).slice(1, 6).map(Number);
    const openedAt = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute));
    const text = new TextDecoder('utf-8').decode(content);
    if (!place || !isStorePath(file) || openedAt.getUTCDate() !== day)
      skip(file, 'its path is not investigations/YYYY/MM/DD/name.HHhMM.codename.md');
    else if (known.paths.has(file)) skip(file, 'it is here already');
    else if (known.codenames.has(codename)) skip(file, `there is another case called ${codename}`);
    else if (content.length > MAX_REPORT) skip(file, 'it is larger than 2 MB');
    else if (text.includes('\0') || text.includes('\ufffd')) skip(file, 'it is not text in UTF-8');
    else {
      known.codenames.add(codename);
      ready.push({ path: file, codename, understood: understandReport(text, { codename, openedAt }) });
    }
  }
  for (const { path: file, codename, understood } of ready)
    report.imported.push({
      path: file,
      codename,
      classification: understood.frontMatter.classification,
      notes: understood.notes,
    });
  if (!options.dryRun)
    for (let from = 0; from < ready.length; from += BATCH)
      await take(ready.slice(from, from + BATCH), userId, actor, root);
  return report;
}

async function knownCases(): Promise<{ paths: Set<string>; codenames: Set<string> }> {
  const rows = await db().investigation.findMany({ select: { path: true, codename: true } });
  return { paths: new Set(rows.map((row) => row.path)), codenames: new Set(rows.map((row) => row.codename)) };
}

/** The Markdown files of the days and of their archives. Links are not followed: they could lead out of the folder. */
async function findReports(
  root: string,
  report: ImportReport,
  skip: (file: string, why: string) => void,
): Promise<Found[]> {
  const found: Found[] = [];
  const isLarger = async (file: string, bytes: number) => (await fs.lstat(path.join(root, file))).size > bytes;
  const walk = async (folder: string): Promise<void> => {
    const entries = await fs.readdir(path.join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) skip(file, 'it is a link');
      else if (entry.isDirectory()) await walk(file);
      // Reading a FIFO or device waits or continues for ever.
      else if (!entry.isFile()) skip(file, 'it is not a regular file');
      else if (entry.name === 'investigations.tar.gz') await unpack(file);
      else if (entry.name === '_daily_summary.md') continue;
      else if (!entry.name.endsWith('.md')) skip(file, 'it is no report');
      else if (await isLarger(file, MAX_REPORT)) skip(file, 'it is larger than 2 MB');
      else found.push({ path: file, content: await fs.readFile(path.join(root, file)) });
    }
  };
  const unpack = async (file: string) => {
    const folder = path.posix.dirname(file);
    if (await isLarger(file, MAX_ARCHIVE)) return skip(file, 'the archive is larger than 100 MB');
    try {
      const inside = await readArchive(await fs.readFile(path.join(root, file)), MAX_UNPACKED);
      for (const { name, content } of inside) {
        const flat = name.replace(/^\.\//, '');
        if (flat.includes('/') || !isStorePath(flat)) skip(`${file}: ${name}`, 'its name leads elsewhere');
        else if (flat.endsWith('.md')) found.push({ path: `${folder}/${flat}`, content });
      }
      report.archivedDays.push(folder.replace('investigations/', ''));
    } catch {
      skip(file, 'the archive can’t be read');
    }
  };
  const top = await fs.lstat(path.join(root, 'investigations')).catch(() => null);
  if (!top?.isDirectory()) throw new AppError('bad_request', `There is no folder "investigations" in ${root}.`);
  await walk('investigations');
  return found;
}

/** Commit first: when it is cut off after that, doing it again finds the same files there and continues. */
async function take(batch: Ready[], userId: string, actor: Actor, root: string): Promise<void> {
  await writeStore(60_000, async (lock) => {
    await ensureStoreLocked(lock);
    const head = await readBranch(storeDir());
    const files = [];
    for (const { path: file, understood } of batch) {
      const there = head ? await readFileAt(storeDir(), head, file) : null;
      if (there && there.toString('utf8') !== understood.markdown)
        throw new AppError(
          'store_conflict',
          `The store has another text at ${file}, which the database doesn’t know. Nothing was imported.`,
        );
      if (!there) files.push({ path: file, content: understood.markdown });
    }
    const person = { name: actor.name, email: actor.email, at: new Date() };
    const message = `Import ${batch.length === 1 ? 'an investigation' : `${batch.length} investigations`}\n\nNot reviewed here.\n\nImported-From: ${oneLine(path.basename(root), 100) || 'a folder'}\n`;
    const oid =
      files.length > 0
        ? await commitFiles(storeDir(), { files, author: person, committer: person, message }, () => lock.confirm())
        : head;
    await db().$transaction(
      async (tx) => {
        for (const one of batch) await insert(tx, one, userId, oid);
        await audit(tx, {
          actorId: userId,
          verb: 'store.import',
          subjectKind: 'store',
          subjectId: oid ?? '',
          data: { paths: batch.map((one) => one.path) },
        });
      },
      { timeout: 300_000, maxWait: 30_000 },
    );
  });
}

async function insert(
  tx: Tx,
  { path: file, codename, understood }: Ready,
  userId: string,
  commitOid: string | null,
): Promise<void> {
  const { markdown, frontMatter } = understood;
  const id = uuid();
  const [openedAt, updatedAt] = [new Date(frontMatter.opened), new Date(frontMatter.updated)];
  const approved = frontMatter.status !== 'draft';
  await tx.investigation.create({
    data: {
      id,
      codename,
      title: frontMatter.title,
      path: file,
      status: approved ? 'approved' : 'draft',
      openedById: userId,
      openedAt,
      updatedAt,
      approvedAt: approved ? updatedAt : null,
      severity: severityRank(frontMatter.severity.original),
      techniques: [],
      draft: { create: { markdown, version: 1, humanTouched: true, updatedById: userId, updatedAt } },
      draftVersions: { create: { version: 1, markdown, author: 'human', userId, createdAt: updatedAt } },
    },
  });
  if (approved) {
    const contentHash = createHash('sha256').update(markdown).digest('hex');
    await tx.revision.create({
      data: {
        id: uuid(),
        investigationId: id,
        number: 1,
        markdown,
        contentHash,
        draftVersion: 1,
        authorId: userId,
        createdAt: updatedAt,
        approvedAt: updatedAt,
        commitOid,
        publishedAt: new Date(),
      },
    });
  }
  await indexInvestigation(tx, id);
}
