import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { AppError } from '../errors/app-error';
import { readStoreFolder } from '../store/read-store-file';
import { shippedFolder } from '../store/shipped';

/**
 * What analysts keep having to say to a model, at one click: a file of the store, so that the team improves it by a reviewed commit.
 * `techniques`: the ATT&CK ids of the cases that it fits; none: it fits every case.
 */
export const Coaching = z.object({
  id: z.string(),
  label: z.string(),
  instruction: z.string(),
  techniques: z.array(z.string()),
});
export type Coaching = z.infer<typeof Coaching>;

const FOLDER = '.claude/commands';
const NAME = /^coach-([a-z0-9][a-z0-9-]{0,60})\.md$/;

/**
 * The coachings of the store (`.claude/commands/coach-*.md`, in the order of their names) over those a new store has. A file
 * without a text takes one out.
 */
export async function listCoachings(actor: Actor): Promise<Coaching[]> {
  authorize(actor, 'runs.read');
  return readCoachings();
}

/**
 * The words that a coaching stands for, and what the person said beside it.
 * @throws AppError bad_request for an unknown one.
 */
export async function coachingInstruction(id: string, said: string | null): Promise<string> {
  const found = (await readCoachings()).find((coaching) => coaching.id === id);
  if (!found) throw new AppError('unknown_coaching', `There is no quick prompt "${id}".`);
  return said === null ? found.instruction : `${found.instruction}${SAID}${said}`;
}

/** Between a coaching's words and the person's own. */
const SAID = '\n\nIn particular: ';
/** Not any "again" or "latest": "he signed in again", "rank them again" and "the latest sign-in" ask for no new query. */
const FRESH = new RegExp(
  [
    String.raw`\bfresh(?:ly)? (?:data|answers?|results?|logs?|quer\w+|fetched)\b`,
    String.raw`\b(?:ask|query|check|search|run|fetch|load|look)(?: (?:it|them|that|this|the|all|every|these|those|in|at|up|\w+ ?(?:logs?|sources?|quer(?:y|ies)|data|events?))){0,4} (?:again|anew|afresh|fresh|live)\b`,
    String.raw`\bre-?(?:ask|query|queries|run|fetch|check|load)(?:s|ed|ing)?\b`,
    String.raw`\brefresh(?:ed|ing)?\b`,
    String.raw`\b(?:up.to.date|latest|newest|live) (?:data|logs?|records?|state)\b`,
  ].join('|'),
  'i',
);

/** Whether a person's own words ask that the sources be asked again, whatever there is on record. */
export const saysFresh = (said: string | null): boolean => FRESH.test(said ?? '');

async function readCoachings(): Promise<Coaching[]> {
  const files = new Map([...(await shippedFolder(FOLDER)), ...(await readStoreFolder(FOLDER))]);
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, text]): Coaching[] => {
      const id = NAME.exec(name)?.[1];
      const { description, techniques, body } = parse(text);
      return id && body !== '' ? [{ id, label: description ?? id, instruction: body, techniques }] : [];
    });
}

/** As Claude Code reads a command: a head with a description (and the techniques it is for), then the words. */
function parse(text: string): { description: string | null; techniques: string[]; body: string } {
  const head = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(text);
  const description = /^description:[ \t]*(.+)$/m.exec(head?.[1] ?? '')?.[1]?.trim() ?? null;
  return {
    description: description?.replace(/^(["'])(.*)\1$/, '$2').slice(0, 120) ?? null,
    techniques: /^techniques:(.*)$/m.exec(head?.[1] ?? '')?.[1]?.match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? [],
    body: text
      .slice(head?.[0].length ?? 0)
      .trim()
      .slice(0, 6000),
  };
}
