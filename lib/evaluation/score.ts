import { refang } from '../alerts/fang';
import { parseReport, readSection } from '../report/report';
import { type TimelineEntry, timelineRows } from '../report/timeline';
import type { CaseResult, Moment } from './schema';
import type { EvaluationCase } from './suites/suite';

/** A report rounds times to minutes, and an alert's clock is not the log's. */
const SLACK_MS = 120_000;

type Scores = Pick<CaseResult, 'timelineRecall' | 'timelinePrecision' | 'keyFacts' | 'words'>;

/** What of the truth a report has. */
export function scoreReport(
  markdown: string,
  { moments, keyFacts }: Pick<EvaluationCase, 'moments' | 'keyFacts'>,
): Scores {
  const { body } = parseReport(markdown);
  const text = refang(body).toLowerCase();
  const rows = timelineRows(readSection(body, 'Timeline') ?? '').filter(({ at }) => at !== null);
  const found = moments.filter((moment) => rows.some((row) => tells(row, moment)));
  const true_ = rows.filter((row) => moments.some((moment) => tells(row, moment)));
  return {
    timelineRecall: moments.length > 0 ? { found: found.length, of: moments.length } : null,
    timelinePrecision: moments.length > 0 ? { found: true_.length, of: rows.length } : null,
    keyFacts:
      keyFacts.length > 0
        ? { found: keyFacts.filter((fact) => text.includes(fact.toLowerCase())).length, of: keyFacts.length }
        : null,
    words: body.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
  };
}

/** Whether a row is about an act: its name, at its time. A row without an end may stand for any part of a burst. */
function tells({ at, until, cells }: TimelineEntry, { from, to, action }: Moment): boolean {
  const start = at ?? Number.POSITIVE_INFINITY;
  const overlaps = start <= to + SLACK_MS && (until ?? start) >= from - SLACK_MS;
  return overlaps && plain(cells.join(' ')).includes(plain(action));
}

const plain = (text: string): string =>
  refang(text)
    .toLowerCase()
    .replace(/[`\\*_]/g, '');
