import type { Severity } from '../schema';

const WORDS: [RegExp, Severity][] = [
  [/^(critical|crit|fatal|emergency|emerg|very ?high|p1|sev1)$/, 'critical'],
  [/^(high|severe|error|err|major|important|alert|p2|sev2)$/, 'high'],
  [/^(medium|med|moderate|warning|warn|p3|sev3|average)$/, 'medium'],
  [/^(low|minor|p4|sev4)$/, 'low'],
  [/^(informational|information|info|notice|debug|none|passed|ok|p5|sev5|trace|very ?low)$/, 'informational'],
];

/** A sender's word on our five levels (`HIGH`, `E_CRITICAL`, `Fatal`, `warning`); undefined for unknown ones. */
export function severityOfWord(word: string | undefined): Severity | undefined {
  const plain = word
    ?.trim()
    .toLowerCase()
    .replace(/^e_|^severity[_ ]/, '')
    .replace(/_/g, ' ');
  return plain === undefined ? undefined : WORDS.find(([pattern]) => pattern.test(plain))?.[1];
}

/** Thresholds from below: a value counts as the highest level whose threshold it reaches. */
export function severityOfNumber(
  value: number | undefined,
  from: { low: number; medium: number; high: number; critical: number },
): Severity | undefined {
  if (value === undefined || value < 0) return undefined;
  if (value >= from.critical) return 'critical';
  if (value >= from.high) return 'high';
  if (value >= from.medium) return 'medium';
  return value >= from.low ? 'low' : 'informational';
}

/** OCSF severity_id: 1 informational … 5 critical, 6 fatal; 0 unknown and 99 other say nothing. */
export function severityOfOcsfId(id: number | undefined): Severity | undefined {
  if (id === undefined || id < 1 || id > 6) return undefined;
  return (['informational', 'low', 'medium', 'high', 'critical', 'critical'] as const)[Math.floor(id) - 1];
}

/**
 * A bare number of an unknown sender: up to 5 is a scale of five (5 = critical), up to 10 is CVSS's, up to 100 percent.
 */
export function severityOfUnknownScale(value: number | undefined): Severity | undefined {
  if (value === undefined || value < 0 || value > 100) return undefined;
  if (value <= 5 && Number.isInteger(value))
    return severityOfNumber(value, { low: 2, medium: 3, high: 4, critical: 5 });
  if (value <= 10) return severityOfNumber(value, { low: 0.1, medium: 4, high: 7, critical: 9 });
  return severityOfNumber(value, { low: 20, medium: 40, high: 60, critical: 80 });
}
