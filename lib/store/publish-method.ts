import { createHash } from 'node:crypto';
import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Prisma } from '../db/client';
import { PUBLISH_METHOD_CHANGE } from '../jobs/outbox';
import { type GitPerson, oneLine, personLine, trailersOf } from './commit-message';
import { type Publication, type Published, publishOutbox } from './publish-outbox';
import { readStoreFile } from './read-store-file';
import { shippedText } from './shipped';

/**
 * Turns approved changes of the method into commits, one each, in the order of approval. Where the file has another text in the store
 * than the change is based on (somebody pushed), nothing is overwritten: the change becomes `conflicted`. @throws when the database fails
 */
export const publishMethodChanges = (): Promise<Published> =>
  publishOutbox({ kind: PUBLISH_METHOD_CHANGE, key: 'changeId', inOrderBy: 'path', prepare });

async function prepare(id: string): Promise<Publication | null> {
  const change = await db().methodChange.findUnique({
    where: { id },
    include: { author: true, decidedBy: true },
  });
  if (change?.status !== 'approved' || !change.decidedAt) return null;
  return {
    since: change.decidedAt,
    isNamedIn: (message) => trailersOf(message, 'Method-Change')[0] === change.id,
    refusal: async () => {
      const now = await textNow(change.path);
      return now !== change.text && hashOf(now) !== change.baseHash ? conflict(change) : null;
    },
    record: (commit) => record(change, commit),
    commit: {
      files: [{ path: change.path, content: change.text }],
      author: { name: change.author.name, email: change.author.email, at: change.createdAt },
      committer: { name: SYSTEM.name, email: SYSTEM.email, at: change.decidedAt },
      message: messageOf(change),
    },
  };
}

/** The store's text, or what comes with Socdown where the store has none. */
async function textNow(file: string): Promise<string | null> {
  return (await readStoreFile(file)) ?? shippedText(file);
}

const hashOf = (text: string | null): string => (text === null ? '' : createHash('sha256').update(text).digest('hex'));

type Change = { id: string; path: string; note: string; text: string; decidedBy: GitPerson | null };

function messageOf({ id, path: file, note, text, decidedBy }: Change): string {
  const trailers = [
    ...(decidedBy ? [`Reviewed-by: ${personLine(decidedBy)}`] : []),
    `Sha256: ${hashOf(text)} ${oneLine(file)}`,
    `Method-Change: ${id}`,
  ];
  return `Change ${oneLine(file, 100)}\n\n${oneLine(note, 1000)}\n\n${trailers.join('\n')}\n`;
}

const record = (change: Change, commit: string) => [
  db().methodChange.update({ where: { id: change.id }, data: { commitOid: commit, publishedAt: new Date() } }),
  auditLine(change, { path: change.path, commit }),
];

function conflict(change: Change) {
  const note = 'The file was changed in the store after this was proposed. Nothing was overwritten; propose it again.';
  return [
    db().methodChange.update({ where: { id: change.id }, data: { status: 'conflicted', decisionNote: note } }),
    auditLine(change, { path: change.path, conflict: true }),
  ];
}

const auditLine = ({ id }: Change, data: Prisma.InputJsonObject) =>
  audit(db(), { actorId: null, verb: 'store.publish', subjectKind: 'method', subjectId: id, data });
