import { db } from '../db/client';
import { carryLines } from '../text/carry-lines';
import { splitLines } from '../text/line-diff';

/** Who wrote a line. A model's words that a person accepted are a model's (`by` says who accepted them). */
export type LineAuthor = {
  kind: 'human' | 'model' | 'template';
  by: string | null;
  model: string | null;
  at: string;
};

/** More changes of author than this, and the oldest ones count as one. */
const MAX_VERSIONS = 300;

/** The author of each line of a draft's version, from the versions before it. */
export async function readLineAuthors(
  investigationId: string,
  version: number,
): Promise<{ text: string; authors: LineAuthor[] }> {
  const heads = await db().draftVersion.findMany({
    where: { investigationId, version: { lte: version } },
    select: { version: true, author: true, userId: true, runId: true, createdAt: true },
    orderBy: { version: 'asc' },
  });
  // Of a row of saves by one author only the last text is looked at.
  const turns = heads.filter((head, index) => {
    const next = heads[index + 1];
    return (
      !next || index === 0 || next.author !== head.author || next.userId !== head.userId || next.runId !== head.runId
    );
  });
  const wanted = turns.slice(-MAX_VERSIONS);
  const texts = await db().draftVersion.findMany({
    where: { investigationId, version: { in: wanted.map(({ version }) => version) } },
    select: { version: true, markdown: true },
  });
  const proposals = await db().proposal.findMany({
    where: { investigationId, baseVersion: { lte: version } },
    select: { runId: true, markdown: true, baseMarkdown: true },
    take: 100,
  });
  const names = new Map(
    (
      await db().user.findMany({
        where: { id: { in: wanted.flatMap(({ userId }) => userId ?? []) } },
        select: { id: true, name: true },
      })
    ).map(({ id, name }) => [id, name]),
  );
  const runIds = [...wanted.flatMap(({ runId }) => runId ?? []), ...proposals.map(({ runId }) => runId)];
  const runs = await db().run.findMany({ where: { id: { in: runIds } }, select: { id: true, modelLabel: true } });
  const models = new Map(runs.map(({ id, modelLabel }) => [id, modelLabel]));
  const offered = offeredLines(proposals, models);

  let text = '';
  let authors: LineAuthor[] = [];
  for (const [index, turn] of wanted.entries()) {
    const markdown = texts.find(({ version }) => version === turn.version)?.markdown ?? '';
    const by = turn.userId ? (names.get(turn.userId) ?? null) : null;
    const at = turn.createdAt.toISOString();
    const first = index === 0 && turn.version === 1;
    const fresh = (line: string): LineAuthor => {
      if (first) return { kind: 'template', by, model: null, at };
      if (turn.author === 'model') return { kind: 'model', by: null, model: models.get(turn.runId ?? '') ?? null, at };
      const model = offered.get(line.trim());
      return model === undefined ? { kind: 'human', by, model: null, at } : { kind: 'model', by, model, at };
    };
    authors = carryAuthors(text, markdown, authors, fresh);
    text = markdown;
  }
  return { text, authors };
}

/** A line that stands keeps its author. */
export function carryAuthors(
  before: string,
  after: string,
  authors: LineAuthor[],
  fresh: (line: string) => LineAuthor,
): LineAuthor[] {
  const lines = splitLines(after);
  const old: (LineAuthor | undefined)[] = [];
  const carry = carryLines(before, after);
  for (const [index, author] of authors.entries()) {
    const now = carry(index + 1, index + 1);
    if (now) old[now.first - 1] = author;
  }
  return lines.map((line, index) => old[index] ?? fresh(line));
}

/** Lines that proposals brought, with the model that wrote them. */
function offeredLines(
  proposals: { runId: string; markdown: string; baseMarkdown: string }[],
  models: Map<string, string>,
): Map<string, string> {
  const offered = new Map<string, string>();
  for (const { runId, markdown, baseMarkdown } of proposals) {
    const known = new Set(splitLines(baseMarkdown).map((line) => line.trim()));
    for (const line of splitLines(markdown)) {
      const words = line.trim();
      if (words.length > 3 && !known.has(words)) offered.set(words, models.get(runId) ?? '');
    }
  }
  return offered;
}
