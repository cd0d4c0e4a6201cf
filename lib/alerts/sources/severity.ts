import { foldAccents } from '../entity-keys';
import type { Severity } from '../schema';

const WORDS: [RegExp, Severity][] = [
  [
    /^(critical|crit|fatal|emergency|emerg|disaster|urgent|blocker|severe|very ?high|kritisch|sehr hoch|dringend|critique|critic[oa]|urgente?|kritiek|p[01]|sev[- ]?[01])$/,
    'critical',
  ],
  [
    /^(high|error|err|major|majr|important|alert|hoch|elevee?|haute?|alt[oa]|hoog|schwerwiegend|p2|sev[- ]?2|malicious|elevated)$/,
    'high',
  ],
  [
    /^(medium|med|moderate|warning|warn|mittel|moyen|moyenne|medi[oa]|gemiddeld|warnung|p3|sev[- ]?3|average|suspicious|normal|standard)$/,
    'medium',
  ],
  [/^(low|minor|minr|niedrig|gering|faible|basse?|baj[oa]|bass[oa]|baix[oa]|laag|p4|sev[- ]?4|trivial)$/, 'low'],
  [
    /^(informational|information|info|notice|debug|none|passed|pass|success|hinweis|informationen|informativ[oa]?|informatif|ok|okay|p5|sev[- ]?5|trace|very ?low|planning|negligible|not classified|unclassified|clean|benign)$/,
    'informational',
  ],
];

/**
 * A sender's word on our five levels (`HIGH`, `E_CRITICAL`, `Fatal`, `warning`, `1 - Critical`, `High Severity`, `hoch`, `élevée`);
 * undefined for unknown words.
 */
export function severityOfWord(word: string | undefined): Severity | undefined {
  if (word === undefined || word.length > 60) return undefined;
  const plain = foldAccents(word.trim().toLowerCase())
    .replace(/^e_|^severity[_ ]/, '')
    .replace(/_/g, ' ');
  const whole = levelOf(plain);
  if (whole) return whole;
  // A number or a noun beside the level: `1 - Critical`, `Critical (90)`, `high severity`. Two levels say nothing.
  const levels = new Set(plain.split(/[^a-z]+/).flatMap((part) => levelOf(part) ?? []));
  return levels.size === 1 && !/\b(?:no|not|non)\b/.test(plain) ? [...levels][0] : undefined;
}

const levelOf = (plain: string): Severity | undefined => WORDS.find(([pattern]) => pattern.test(plain))?.[1];

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
 * A risk score of an unknown sender: worse is higher, by the word. Above 10 it counts to 100; CVSS counts to 10; a share counts to 1.
 * Below that its scale is unknown, and so is the level.
 */
export function severityOfScore(value: number | undefined, name: string): Severity | undefined {
  if (value === undefined || value < 0 || value > 1000) return undefined;
  if (/cvss/.test(name)) return severityOfNumber(value, { low: 0.1, medium: 4, high: 7, critical: 9 });
  if (value > 100) return severityOfNumber(value, { low: 200, medium: 400, high: 600, critical: 800 });
  if (value > 10) return severityOfNumber(value, { low: 20, medium: 40, high: 60, critical: 80 });
  if (value > 0 && value < 1 && !Number.isInteger(value))
    return severityOfNumber(value, { low: 0.2, medium: 0.4, high: 0.6, critical: 0.8 });
  return undefined;
}

/**
 * A number in the field of a severity: `85`, `"85/100"`, `7/10`. Above 10 it counts to 100, and worse is higher: nobody counts down from 100.
 * Up to 10 the direction is unknown without the end of the scale.
 */
export function severityOnScale(value: unknown): Severity | undefined {
  const parts = /^(\d{1,3}(?:\.\d{1,3})?)(?:\s?\/\s?(\d{1,3}))?%?$/.exec(String(value).trim());
  if (!parts) return undefined;
  const [number, end] = [Number(parts[1]), Number(parts[2] ?? 100)];
  if (number > end || (parts[2] === undefined && number <= 10)) return undefined;
  return severityOfNumber((number / end) * 100, { low: 20, medium: 40, high: 60, critical: 80 });
}
