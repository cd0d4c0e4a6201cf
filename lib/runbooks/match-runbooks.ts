import { platformsIn } from './platforms';
import type { MatchedRunbook, Platform, Runbook } from './schema';

/** What runbooks are matched to: the case's alerts, and the techniques and entities that its report names. */
export type RunbookSubject = {
  alerts: { title: string; rule: string | null; source: string; techniques: string[]; raw: unknown }[];
  techniques: string[];
  entities?: string[];
};

/** More than so many say nothing about one case. */
const MOST = 5;
/** Values of an alert's document that are looked at; the rest of a huge one is not. */
const MAX_VALUES = 5_000;
/** How much a reason says. */
const WEIGHTS = { event: 4, rule: 3, technique: 2, report: 1, source: 1 };

type Reason = { kind: keyof typeof WEIGHTS; text: string };

/** The runbooks that fit, the most telling first; the same for the same input. A reason quotes the runbook, never the alert. */
export function matchRunbooks(runbooks: readonly Runbook[], subject: RunbookSubject): MatchedRunbook[] {
  const alerts = subject.alerts.map((alert) => ({ ...alert, words: wordsOf(alert), values: valuesOf(alert.raw) }));
  const platforms = platformsIn([...alerts.flatMap(textsOf), ...(subject.entities ?? [])]);
  return runbooks
    .map((runbook) => ({ runbook, reasons: reasonsFor(runbook, alerts, subject.techniques, platforms) }))
    .filter(({ reasons }) => reasons.length > 0)
    .map((found) => ({ ...found, score: Math.max(...found.reasons.map(({ kind }) => WEIGHTS[kind])) }))
    .sort(
      (a, b) => b.score - a.score || b.reasons.length - a.reasons.length || (a.runbook.file < b.runbook.file ? -1 : 1),
    )
    .slice(0, MOST)
    .map(({ runbook: { match: _match, ...runbook }, reasons }) => ({
      ...runbook,
      reasons: reasons.map(({ text }) => text),
    }));
}

type Read = RunbookSubject['alerts'][number] & { words: Words; values: Set<string> };

const textsOf = ({ title, rule, source, values }: Read): string[] => [title, rule ?? '', source, ...values];

function reasonsFor({ match }: Runbook, all: Read[], reported: string[], platforms: Set<Platform>): Reason[] {
  // A technique is the same in every system, what to do about it is not.
  const isElsewhere =
    platforms.size > 0 && match.platforms.length > 0 && !match.platforms.some((name) => platforms.has(name));
  const techniques = isElsewhere ? [] : match.techniques;
  const alerts = match.sources.length === 0 ? all : all.filter(({ source }) => match.sources.includes(source));
  const some = (test: (alert: Read) => boolean): boolean => alerts.some(test);
  const reasons = [
    ...match.events
      .filter((name) => some(({ values }) => values.has(name.toLowerCase())))
      .map((name): Reason => ({ kind: 'event', text: `event ${name}` })),
    ...match.rules
      .filter((entry) => some(({ words }) => hasAll(words, entry)))
      .map((entry): Reason => ({ kind: 'rule', text: `rule or title with "${entry}"` })),
    ...techniques
      .filter((id) => some(({ techniques }) => includes(techniques, id)))
      .map((id): Reason => ({ kind: 'technique', text: `technique ${id} of the alert` })),
  ];
  if (reasons.length === 0 && alerts.length > 0)
    reasons.push(
      ...techniques
        .filter((id) => includes(reported, id))
        .map((id): Reason => ({ kind: 'report', text: `technique ${id} of the report` })),
    );
  const onlySources = match.events.length + match.rules.length + match.techniques.length === 0;
  if (onlySources && alerts.length > 0)
    reasons.push({
      kind: 'source',
      text: `source ${match.sources.filter((name) => some(({ source }) => source === name)).join(', ')}`,
    });
  return reasons;
}

const includes = (techniques: string[], id: string): boolean =>
  techniques.some((own) => own === id || own.startsWith(`${id}.`));

/** `whole`: words as they are written, lower case; `parts`: those that CamelCase and marks divide. */
type Words = { whole: string[]; parts: string[] };

const wordsOf = ({ title, rule }: { title: string; rule: string | null }): Words =>
  readWords(`${title}\n${rule ?? ''}`);

function readWords(text: string): Words {
  const split = (written: string): string[] =>
    oneName(written.toLowerCase())
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .map(singular);
  const parted = text.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ').replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ');
  return { whole: split(text), parts: split(parted) };
}

/** Words that senders use for the same thing. */
const SAME: [RegExp, string][] = [
  [/\b(?:sign|log)[- ]?(?:in|on)s?\b|\bsigned[- ]in\b|\blogged[- ]in\b/g, 'login'],
  [/\b(?:multi|two|second)[- ]?factors?(?: auth\w*)?\b|\b2fa\b/g, 'mfa'],
  [/\b(?:no|missing|not using|did not use)\b/g, 'without'],
  [/\bsuper ?admin\w*|\badmin\w*/g, 'admin'],
  [/\bs3[- ]bucket/g, 's3 bucket'],
];
const oneName = (text: string): string => SAME.reduce((out, [pattern, word]) => out.replace(pattern, word), text);
const singular = (word: string): string => (word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word);

/** Whether all words of an entry occur, each at the beginning of a word; a longer one also within a name written in one piece. */
function hasAll({ whole, parts }: Words, entry: string): boolean {
  const wanted = readWords(entry).whole;
  return (
    wanted.length > 0 &&
    wanted.every(
      (word) =>
        parts.some((part) => part === word || (word.length > 3 && part.startsWith(word))) ||
        whole.some((name) => name === word || (word.length > 4 && name.includes(word))),
    )
  );
}

/** The texts of a document, lower case, in whatever depth. */
function valuesOf(document: unknown): Set<string> {
  const values = new Set<string>();
  const open: unknown[] = [document];
  for (let seen = 0; open.length > 0 && seen < MAX_VALUES; seen += 1) {
    const value = open.shift();
    if (typeof value === 'string') values.add(value.trim().toLowerCase());
    else if (Array.isArray(value)) open.push(...value.slice(0, MAX_VALUES));
    else if (value !== null && typeof value === 'object') open.push(...Object.values(value).slice(0, MAX_VALUES));
  }
  return values;
}
