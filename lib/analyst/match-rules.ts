import { asked, noteFailure } from './ask-sources';
import { type Gathered, num, text } from './case';
import type { LogSource, Range, Rules } from './queries';
import * as ask from './queries';
import type { Asked, Context, Outcome } from './script';
import { applicableRules } from './sigma/applicable';
import type { Detections } from './sigma/load-rules';
import { type DetectionRule, LEVELS, type SigmaLevel } from './sigma/rule';

/** Asks in one batch: gives the outcomes in the order asked. */
export type Batch = (questions: [purpose: string, asked: Asked][]) => Promise<Outcome[]>;

/** Questions about one source; each failure is a gap that matters. */
export const batchOf =
  (context: Context, gathered: Gathered, source: LogSource): Batch =>
  async (questions) => {
    const outcomes = await asked(context, gathered.steps, questions, source.name);
    for (const outcome of outcomes) noteFailure(gathered, outcome, true);
    return outcomes;
  };

/** Rules that could hit events of these names in a source, the most serious first. */
export function candidates(
  { rules }: Detections,
  source: LogSource,
  names: string[] | null,
  least: SigmaLevel = 'low',
): Rules {
  const fitting = new Set(applicableRules([...rules.values()], source, names));
  return [...rules]
    .filter(([, rule]) => fitting.has(rule) && LEVELS.indexOf(rule.level) >= LEVELS.indexOf(least))
    .sort(([, a], [, b]) => seriousness(b) - seriousness(a) || Number(isGeneral(a)) - Number(isGeneral(b)));
}

/** Whether a rule is one of any audit log: a product's own rule says more of its events. */
export const isGeneral = ({ logsource }: DetectionRule): boolean => logsource.product === 'any';

/** Of smaller acts the product's own rule tells how grave they are: what it calls low is not raised by a rule that knows only a name. */
const seriousness = (rule: DetectionRule): number => {
  const level = LEVELS.indexOf(rule.level);
  return isGeneral(rule) && level <= LEVELS.indexOf('medium') ? LEVELS.indexOf('low') - 0.5 : level;
};

/**
 * The rules that hit events within a condition, the most serious first. The names of the events there are come first: rules about
 * others need not be asked.
 */
export async function matchRules(
  batch: Batch,
  detections: Detections,
  source: LogSource,
  range: Range,
  where: string,
  least: SigmaLevel = 'low',
): Promise<Rules> {
  const [names] = await batch([['Which kinds of events are there?', ask.eventNames(source, range, where)]]);
  const list = names?.ok && !names.table?.truncated ? namesOf(names) : null;
  if (list?.length === 0) return [];
  const rules = candidates(detections, source, list, least);
  if (rules.length === 0) return [];
  const hits = await batch(
    ask.ruleHits(source, range, rules, where).map((asked) => ['Which detection rules match?', asked]),
  );
  const fired = new Set(hits.flatMap((outcome) => (outcome.table?.rows ?? []).map((row) => text(row, 'rule'))));
  return rules.filter(([name]) => fired.has(name));
}

const namesOf = (outcome: Outcome): string[] =>
  (outcome.table?.rows ?? []).filter((row) => num(row, 'n') > 0).map((row) => text(row, 'action'));
