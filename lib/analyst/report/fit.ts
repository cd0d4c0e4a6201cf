import type { SectionName } from '../../report/schema';
import { plural } from '../../text/phrases';
import { wordCount } from './parts';

export type Section = [name: SectionName, markdown: string];

/** A report has at most so many words, headings aside: what is beyond is in the evidence. One that was asked for more has more. */
export const MOST_WORDS = { plain: 1300, asked: 1650 };

/** What is left out first: a line of these sections that looks like this, from the last one up. */
const DISPENSABLE: [SectionName, RegExp][] = [
  ['Investigation Process', /^Asked without a hit: /],
  ['Timeline', /^\|.*\| Session of /],
  // What other questions are made from, then what the findings say with its numbers.
  ['Investigation Process', /^\|[^|]*\| Which sources, fields, kinds of events and rules are there\?/],
  [
    'Investigation Process',
    /^\|[^|]*\| (?:When were they active|Who else used the same|How much of the window|Who signed in|Who else does|Do they occur anywhere|Do the identities|What serious actions)/,
  ],
  [
    'Investigation Process',
    /^\|[^|]*\| (?:What does the alert say|Which outside hosts|Who else read|Which past cases|Which other alerts|Where do the values|Who is behind)/,
  ],
  // Resources stand in the timeline as well.
  ['Technical Details', /^\|(?:[^|]*\|){4}$/],
  ['Investigation Process', /^\|/],
  ['Technical Details', /^\|/],
  ['Hypothesis Analysis', /^- /],
  ['Lessons Learned', /^- /],
  ['Timeline', /^\|/],
  ['Recommendations', /^- /],
  ['Threat Assessment', /^\|/],
];

/**
 * Holds a report to its word limit, whatever is in it: rows and list items are left out, the least important first, and each
 * section says how many of its own are. When no more rows are left, sections lose their last paragraphs, the summary last of all.
 */
export function fitReport(sections: Section[], most = MOST_WORDS.plain): Section[] {
  const kept = new Map(sections.map(([name, markdown]) => [name, markdown.split('\n')]));
  const dropped = new Map<SectionName, number>();
  // The notes of what is left out have words too.
  let excess = sections.reduce((sum, [, markdown]) => sum + wordCount(markdown), 0) - most;
  const noteWords = wordCount(note(1));
  const drop = (name: SectionName, index: number): void => {
    const lines = kept.get(name) as string[]; // of a section that is there
    excess -= wordCount(lines[index] as string);
    lines.splice(index, 1);
    if (!dropped.has(name)) excess += noteWords;
    dropped.set(name, (dropped.get(name) ?? 0) + 1);
  };
  for (const [name, pattern] of DISPENSABLE) {
    const lines = kept.get(name);
    for (let index = (lines?.length ?? 0) - 1; lines && index >= 0 && excess > 0; index -= 1)
      if (pattern.test(lines[index] as string) && !isTableHead(lines, index)) drop(name, index);
  }
  for (const [name] of [...sections].reverse())
    for (let lines = kept.get(name) as string[]; excess > 0 && lines.length > (name === sections[0]?.[0] ? 1 : 0); )
      drop(name, lines.length - 1);
  return sections.map(([name]) => [name, written(kept.get(name) as string[], dropped.get(name) ?? 0)]);
}

const RULE = /^\|(?: --- \|)+$/;
const isTableHead = (lines: string[], index: number): boolean =>
  RULE.test(lines[index] ?? '') || RULE.test(lines[index + 1] ?? '');

function written(lines: string[], dropped: number): string {
  // A table without rows and a heading without text say nothing.
  const full = lines.filter((_line, index) => {
    const next = RULE.test(lines[index + 1] ?? '') ? lines[index + 2] : lines[index + 1];
    return !(isTableHead(lines, index) && !/^\|/.test(next ?? ''));
  });
  // Nor does a heading whose table is gone.
  const emptied = new Set(
    lines.filter((line, index) => {
      const next = lines.findIndex((other, at) => at > index && other !== '');
      return /^### /.test(line) && next > 0 && isTableHead(lines, next) && !full.includes(lines[next] as string);
    }),
  );
  const filled = full.filter((line) => !emptied.has(line));
  const titled = filled.filter(
    (line, index) =>
      !/^### /.test(line) ||
      filled
        .slice(index + 1)
        .find((other) => other !== '')
        ?.startsWith('### ') === false,
  );
  const text = titled
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return dropped === 0 ? text : `${text}\n\n${note(dropped)}`;
}

const note = (count: number): string => `${plural(count, 'line')} left out here for length; the evidence has it all.`;
