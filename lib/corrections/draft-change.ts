import type { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { notFound } from '../errors/app-error';
import { alertSlug } from '../investigations/slug';
import { currentFolder, currentText } from '../method/files';
import { readRunbooks } from '../runbooks/load-runbooks';
import { matchRunbooks } from '../runbooks/match-runbooks';
import { plural } from '../text/phrases';
import { listCorrections } from './list-corrections';
import type { Correction, CorrectionDraft, CorrectionQuery } from './schema';

/** Under these headings a file collects what people decided. */
const DECIDED = 'Decided before';
const ALLOWED = 'What reviewers keep allowing';
const REJECTED = 'What people keep rejecting';
const MAX_LABEL = 60;

/**
 * A change of the method from a correction: a runbook for a verdict, a button for words of coaching, a line of CLAUDE.md for the rest. It
 * says what happened and leaves what to do about it to the person who proposes it. Nothing is changed.
 * @throws AppError not_found for a correction that no longer exists
 */
export async function draftChange(
  actor: Actor,
  id: string,
  query: z.input<typeof CorrectionQuery> = {},
): Promise<CorrectionDraft> {
  authorize(actor, 'method.propose');
  const correction = (await listCorrections(actor, query)).find((one) => one.id === id);
  if (!correction) throw notFound('correction');
  const draft = await DRAFTS[correction.kind](correction);
  return { correction, ...draft, note: draft.note.slice(0, 1000) };
}

type Draft = Omit<CorrectionDraft, 'correction'>;

const DRAFTS: Record<Correction['kind'], (correction: Correction) => Promise<Draft>> = {
  verdict: draftRunbook,
  coaching: draftCommand,
  override: (correction) =>
    draftMethod(
      ALLOWED,
      `The check “${correction.subject}” had ${plural(correction.times, 'error')} in ${plural(correction.cases, 'case')} that reviewers allowed${quoted(correction)}. Write it so that the check finds no error: `,
      `Reviewers allowed ${plural(correction.times, 'error')} of the check “${correction.subject}” in ${casesOf(correction)}.`,
    ),
  rejection: (correction) =>
    draftMethod(
      REJECTED,
      `${plural(correction.times, 'change')} of the section “${correction.subject}” in ${plural(correction.cases, 'case')} were rejected. Before changing it: `,
      `People rejected ${plural(correction.times, 'change')} of “${correction.subject}” in ${casesOf(correction)}.`,
    ),
};

const quoted = ({ words }: Correction): string => (words[0] ? ` (“${words[0].slice(0, 200)}”)` : '');

/** `3 cases (quiet-otter, calm-fox, …)` */
function casesOf({ cases, examples }: Correction): string {
  const names = examples.map(({ codename }) => codename).join(', ');
  return `${plural(cases, 'case')} (${names}${cases > examples.length ? ', …' : ''})`;
}

async function draftRunbook(correction: Correction): Promise<Draft> {
  const { subject, from, to } = correction;
  const note = `People set ${to} in ${casesOf(correction)} of “${subject}” that a first report called ${from}.`;
  const line = `${note} How to tell: `;
  const { runbooks } = readRunbooks([...(await currentFolder('runbooks'))]);
  const alert = { title: subject, rule: subject, source: 'generic', techniques: [], raw: {} };
  const [known] = matchRunbooks(runbooks, { alerts: [alert], techniques: [] });
  if (known) {
    const text = (await currentText(known.file)) ?? '';
    return { path: known.file, text: withLine(text, DECIDED, line), note };
  }
  const text = `---
title: ${JSON.stringify(subject.slice(0, 100))}
match:
  rules: [${JSON.stringify(subject.toLowerCase().slice(0, 100))}]
---

## Questions that decide

1. What tells an attack apart from the cases that people set ${to}? \`activity\` \`baseline\`
`;
  return { path: await freePath('runbooks', alertSlug(subject), 'md'), text: withLine(text, DECIDED, line), note };
}

async function draftCommand(correction: Correction): Promise<Draft> {
  const [latest = correction.subject] = correction.words;
  const firstSentence = latest.split(/(?<=[.?!])\s|\n/)[0] ?? latest;
  const label = firstSentence.replace(/[.\s]+$/, '').replace(/\s+/g, ' ');
  const short = label.length <= MAX_LABEL ? label : `${label.slice(0, MAX_LABEL).replace(/\s+\S*$/, '')} …`;
  const path = await freePath('.claude/commands', `coach-${alertSlug(label)}`, 'md');
  const text = `---\ndescription: ${/^[\w(“"']/.test(short) && !/[:#]/.test(short) ? short.replace(/^["']/, '') : JSON.stringify(short)}\n---\n\n${latest.trim()}\n`;
  return { path, text, note: `People asked for this ${correction.times} times in ${casesOf(correction)}.` };
}

async function draftMethod(heading: string, line: string, note: string): Promise<Draft> {
  const path = 'CLAUDE.md';
  return { path, text: withLine((await currentText(path)) ?? '', heading, line), note };
}

/** As the last item under a heading, which is made at the end where it isn't there. */
function withLine(text: string, heading: string, line: string): string {
  const lines = text.trimEnd().split('\n');
  const at = lines.findIndex((one) => one.trim() === `## ${heading}`);
  if (at < 0) return `${lines.join('\n')}\n\n## ${heading}\n\n- ${line}\n`;
  const next = lines.findIndex((one, index) => index > at && /^##? /.test(one));
  const end = next < 0 ? lines.length : next;
  const last = lines.slice(0, end).findLastIndex((one) => one.trim() !== '');
  const item = last === at ? ['', `- ${line}`] : [`- ${line}`];
  return `${[...lines.slice(0, last + 1), ...item, ...lines.slice(last + 1)].join('\n')}\n`;
}

/** A path that no file has. */
async function freePath(folder: string, name: string, extension: string): Promise<string> {
  const files = await currentFolder(folder);
  for (let count = 1; ; count += 1) {
    const file = `${name}${count === 1 ? '' : `-${count}`}.${extension}`;
    if (!files.has(file)) return `${folder}/${file}`;
  }
}
