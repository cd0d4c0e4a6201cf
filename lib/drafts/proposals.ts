import { v7 as uuid } from 'uuid';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { splitWithLineEnd } from '../text/lines';
import { lostHumanWords, readHumanLines } from './human-words';
import { applyHunks, Hunk, hunksOf, placeHunks } from './hunks';
import { draftView } from './read-draft';
import { requireStorable } from './require-storable';
import { DecideProposal, type DraftView, type HunkView, type ProposalView } from './schema';
import { lockDraft, SLOW_TRANSACTION, writeVersion } from './write-version';

const CONTEXT_LINES = 2;

/**
 * Offers a run's text as hunks against the text it started from. null when they are the same.
 * Called by lib/agent only, which has made its own check of permissions.
 */
export async function createProposal(
  input: {
    investigationId: string;
    runId: string;
    baseVersion: number;
    baseMarkdown: string;
    markdown: string;
  },
  tx: Tx = db(),
): Promise<{ id: string; hunks: number } | null> {
  const { investigationId, runId, baseVersion, baseMarkdown, markdown } = input;
  requireStorable(markdown);
  const [base, proposed] = [splitWithLineEnd(baseMarkdown).lines, splitWithLineEnd(markdown).lines];
  const found = hunksOf(base, proposed);
  if (found.length === 0) return null;
  const human = await readHumanLines(investigationId, baseVersion);
  const hunks = found.map((hunk) => {
    const { start, removed, from, added } = hunk;
    const own = human.filter(({ line }) => line > start && line <= start + removed);
    const [before, after] = [base.slice(start, start + removed), proposed.slice(from, from + added)];
    const touchesHuman = lostHumanWords(own, before.join('\n'), after.join('\n')).length > 0;
    return touchesHuman ? { ...hunk, touchesHuman } : hunk;
  });
  const id = uuid();
  await tx.proposal.create({ data: { id, investigationId, runId, baseVersion, baseMarkdown, markdown, hunks } });
  return { id, hunks: hunks.length };
}

/** The newest 50 proposals of an investigation, newest first, open hunks located in the draft as it is now. */
export async function listProposals(actor: Actor, investigationId: string): Promise<ProposalView[]> {
  authorize(actor, 'proposals.read');
  requireId(investigationId, 'investigation');
  const draft = await db().draft.findUnique({ where: { investigationId }, select: { markdown: true } });
  if (!draft) throw notFound('investigation');
  const rows = await db().proposal.findMany({
    where: { investigationId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 50,
  });
  const runs = await db().run.findMany({
    where: { id: { in: rows.map((row) => row.runId) } },
    select: { id: true, instruction: true },
  });
  const instructions = new Map(runs.map((run) => [run.id, run.instruction]));
  return rows.map((row) => proposalView(row, draft.markdown, instructions.get(row.runId) ?? null));
}

/**
 * Takes hunks into the draft (one new version, by the person who accepts) or turns them down. "all": those still open
 * that have a place in the draft. Repeating a decision changes nothing.
 * @throws AppError conflict, nothing changed: a hunk that has no place any more (its text in `data.hunks`, to be put in by
 * hand), or one that was decided the other way. bad_request for an unknown hunk.
 */
export async function decideProposal(
  actor: Actor,
  proposalId: string,
  input: DecideProposal,
): Promise<{ proposal: ProposalView; draft: DraftView }> {
  authorize(actor, 'proposals.decide');
  const userId = personId(actor);
  const choice = DecideProposal.parse(input);
  const found = await db().proposal.findUnique({
    where: { id: requireId(proposalId, 'proposal') },
    select: { investigationId: true },
  });
  if (!found) throw notFound('proposal');
  const { investigationId } = found;
  return db().$transaction(async (tx) => {
    // The draft's lock is the proposal's too: decisions about one investigation come one after another.
    const draft = await lockDraft(tx, investigationId);
    const row = await tx.proposal.findUniqueOrThrow({ where: { id: proposalId } });
    const hunks = Hunk.array().parse(row.hunks);
    const { lines: current, lineEnd } = splitWithLineEnd(draft.markdown);
    const [base, proposed] = [splitWithLineEnd(row.baseMarkdown).lines, splitWithLineEnd(row.markdown).lines];
    const open = hunks.filter((hunk) => hunk.status === 'open');
    const places = placeHunks(base, current, open);
    const { accept, reject } = chosen(hunks, choice, (hunk) => places.has(hunk.id));

    const lost = accept.filter((hunk) => !places.has(hunk.id));
    if (lost.length > 0) throw noPlace(lost, base, proposed);
    const markdown = applyHunks(current, proposed, accept, places).join(lineEnd);
    if (accept.length > 0 && markdown !== draft.markdown) {
      requireStorable(markdown);
      await writeVersion(tx, investigationId, draft.version, markdown, { kind: 'human', userId });
    }
    if (accept.length + reject.length > 0) {
      for (const hunk of accept) hunk.status = 'accepted';
      for (const hunk of reject) hunk.status = 'rejected';
      await keepDecision(tx, userId, row.id, hunks, {
        accepted: accept.map((hunk) => hunk.id),
        rejected: reject.map((hunk) => hunk.id),
        investigationId,
      });
    }
    const decided = await tx.proposal.findUniqueOrThrow({ where: { id: proposalId } });
    const run = await tx.run.findUnique({ where: { id: row.runId }, select: { instruction: true } });
    const view = await draftView(tx, investigationId);
    return { proposal: proposalView(decided, view.markdown, run?.instruction ?? null), draft: view };
  }, SLOW_TRANSACTION);
}

/** The hunks that change their status now. */
function chosen(
  hunks: Hunk[],
  choice: DecideProposal,
  hasPlace: (hunk: Hunk) => boolean,
): { accept: Hunk[]; reject: Hunk[] } {
  const byId = new Map(hunks.map((hunk) => [hunk.id, hunk]));
  const named = (list: DecideProposal['accept']) => new Set(list === 'all' ? [] : list);
  const [toAccept, toReject] = [named(choice.accept), named(choice.reject)];
  if (choice.accept === 'all' && choice.reject === 'all') {
    throw new AppError('bad_request', 'Accept all or reject all, not both.');
  }
  for (const id of [...toAccept, ...toReject]) {
    if (!byId.has(id)) throw new AppError('unknown_hunk', `This proposal has no hunk ${id}. Reload it.`);
    if (toAccept.has(id) && toReject.has(id))
      throw new AppError('bad_request', `Hunk ${id} is in both lists. Choose one.`);
  }
  for (const hunk of hunks) {
    const opposite =
      (hunk.status === 'accepted' && toReject.has(hunk.id)) || (hunk.status === 'rejected' && toAccept.has(hunk.id));
    if (opposite) {
      const what =
        hunk.status === 'accepted' ? 'is in the report already; change it there' : 'was rejected by somebody';
      throw new AppError('hunk_already_decided', `Hunk ${hunk.id} ${what}.`, {
        data: { hunk: hunk.id, status: hunk.status },
      });
    }
  }
  const open = hunks.filter((hunk) => hunk.status === 'open');
  const accept = open.filter((hunk) => toAccept.has(hunk.id) || (choice.accept === 'all' && !toReject.has(hunk.id)));
  const placed = accept.filter((hunk) => toAccept.has(hunk.id) || hasPlace(hunk));
  return {
    // Of "all" those without a place stay open, unless there is nothing else to take.
    accept: placed.length > 0 ? placed : accept,
    reject: open.filter((hunk) => toReject.has(hunk.id) || (choice.reject === 'all' && !toAccept.has(hunk.id))),
  };
}

function noPlace(lost: Hunk[], base: string[], proposed: string[]): AppError {
  const hunks = lost.map((hunk) => ({
    id: hunk.id,
    before: base.slice(hunk.start, hunk.start + hunk.removed).join('\n'),
    after: proposed.slice(hunk.from, hunk.from + hunk.added).join('\n'),
  }));
  const [first] = hunks;
  return new AppError(
    'hunk_outdated',
    `The passage that this change belongs to was rewritten or removed in the meantime, so nothing was changed. Apply it by hand, or reject it:\n${first?.after.slice(0, 2000)}`,
    { logMessage: `proposal: ${lost.length} hunks have no place`, data: { hunks } },
  );
}

async function keepDecision(
  tx: Tx,
  userId: string,
  proposalId: string,
  hunks: Hunk[],
  data: { accepted: string[]; rejected: string[]; investigationId: string },
): Promise<void> {
  const resolved = hunks.every((hunk) => hunk.status !== 'open');
  await tx.proposal.update({
    where: { id: proposalId },
    data: { hunks, ...(resolved ? { status: 'resolved', resolvedAt: new Date() } : {}) },
  });
  await audit(tx, { actorId: userId, verb: 'proposals.decide', subjectKind: 'proposal', subjectId: proposalId, data });
}

type Row = Awaited<ReturnType<Tx['proposal']['findUniqueOrThrow']>>;

function proposalView(row: Row, markdown: string, instruction: string | null): ProposalView {
  const hunks = Hunk.array().parse(row.hunks);
  const [base, proposed] = [splitWithLineEnd(row.baseMarkdown).lines, splitWithLineEnd(row.markdown).lines];
  const open = hunks.filter((hunk) => hunk.status === 'open');
  const places =
    open.length > 0 ? placeHunks(base, splitWithLineEnd(markdown).lines, open) : new Map<string, { at: number }>();
  return {
    id: row.id,
    runId: row.runId,
    instruction,
    status: row.status === 'resolved' ? 'resolved' : 'open',
    createdAt: row.createdAt.toISOString(),
    hunks: hunks.map((hunk): HunkView => {
      const { start, removed, from, added } = hunk;
      const place = places.get(hunk.id);
      return {
        id: hunk.id,
        status: hunk.status,
        line: place ? place.at + 1 : null,
        before: base.slice(start, start + removed).join('\n'),
        after: proposed.slice(from, from + added).join('\n'),
        contextBefore: base.slice(Math.max(0, start - CONTEXT_LINES), start).join('\n'),
        contextAfter: base.slice(start + removed, start + removed + CONTEXT_LINES).join('\n'),
        touchesHuman: hunk.touchesHuman ?? false,
      };
    }),
  };
}
