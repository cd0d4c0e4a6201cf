import { createHash } from 'node:crypto';
import { type Correction, type CorrectionKind, MAX_EXAMPLES, MAX_WORDS, MIN_CASES } from './schema';

/** One time that somebody corrected something. */
export type Incident = {
  kind: CorrectionKind;
  subject: string;
  from?: string | null;
  to?: string | null;
  /** How often in this case. */
  times: number;
  case: { id: string; codename: string; title: string };
  words: string | null;
  at: Date;
};

/** Those that came up in several cases, the most frequent first. `key`: what makes two incidents the same correction. Pure. */
export function groupIncidents(incidents: Incident[], key: (incident: Incident) => string): Correction[] {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const name = key(incident);
    const group = groups.get(name);
    if (group) group.push(incident);
    else groups.set(name, [incident]);
  }
  return [...groups]
    .map(([name, group]) => correctionOf(name, group))
    .filter(({ cases }) => cases >= MIN_CASES)
    .sort((a, b) => b.cases - a.cases || b.times - a.times || (a.subject < b.subject ? -1 : 1));
}

function correctionOf(key: string, group: Incident[]): Correction {
  const sorted = group.sort((a, b) => b.at.getTime() - a.at.getTime());
  const [newest] = sorted as [Incident]; // a group has one
  const cases = new Map(sorted.map((incident) => [incident.case.id, incident.case]));
  const words = new Set(sorted.flatMap(({ words: said }) => (said?.trim() ? [said.trim()] : [])));
  return {
    id: createHash('sha256').update(`${newest.kind}\n${key}`).digest('hex').slice(0, 16),
    kind: newest.kind,
    subject: newest.subject,
    from: newest.from ?? null,
    to: newest.to ?? null,
    times: sorted.reduce((sum, { times }) => sum + times, 0),
    cases: cases.size,
    examples: [...cases.values()].slice(0, MAX_EXAMPLES),
    words: [...words].slice(0, MAX_WORDS),
    lastAt: newest.at.toISOString(),
  };
}

/** Half of the words of the shorter text, and a third of all, are the other's: the same wish in other words. */
const SHARED_OF_SHORTER = 0.6;
const SHARED_OF_ALL = 0.35;
/** Words that say how, not what. */
const FILLERS = new Set(
  'a an and any are as at be by can check did do does find for from give has have how i in is it its look me more of on or out please say see show tell than that the their them then these they this to us was we were what when where whether which who why will with you'.split(
    ' ',
  ),
);

/**
 * A key for each text: texts that ask for the same in other words get the same. Names, numbers and addresses differ from case to case, so
 * they don't count. The first text of a group stands for it. Pure; at most some hundred texts.
 */
export function similarTexts(texts: readonly string[]): string[] {
  const heads: { text: string; words: Set<string> }[] = [];
  return texts.map((text) => {
    const words = contentWords(text);
    const known = heads.find((head) => isSame(head.words, words));
    if (known) return known.text;
    heads.push({ text, words });
    return text;
  });
}

function isSame(a: Set<string>, b: Set<string>): boolean {
  const shared = [...a].filter((word) => b.has(word)).length;
  const [least, all] = [Math.min(a.size, b.size), a.size + b.size - shared];
  return shared >= 2 && shared / least >= SHARED_OF_SHORTER && shared / all >= SHARED_OF_ALL;
}

function contentWords(text: string): Set<string> {
  const plain = text
    .toLowerCase()
    .replace(/\S*[\d@/\\:_]\S*/g, ' ')
    .match(/\p{L}{2,}/gu);
  return new Set(
    (plain ?? []).filter((word) => !FILLERS.has(word)).map((word) => word.replace(/(?:es|s|ed|ing)$/, '')),
  );
}
