import { refang } from '@/lib/alerts/fang';
import type { EntityKind } from '@/lib/alerts/schema';

export type Indicator = { start: number; end: number; kind: EntityKind /** Refanged. */; value: string };

const dot = String.raw`(?:\[\.\]|\(\.\)|\[dot\]|\.)`;
const fangedDot = String.raw`(?:\[\.\]|\(\.\)|\[dot\])`;
const PATTERNS: [EntityKind, RegExp][] = [
  ['url', /\b(?:hxxps?|fxp)(?::|\[:\])\/\/[^\s<>"'`|)]+/gi],
  ['arn', /\barn:aws[\w-]*:[a-z0-9-]+:[\w-]*:\d*:[^\s<>"'`|,;)]+/g],
  ['access_key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['hash', /\b(?:[a-f0-9]{64}|[a-f0-9]{40}|[a-f0-9]{32})\b/gi],
  ['ip', new RegExp(String.raw`(?<![\d.])(?:\d{1,3}${dot}){3}\d{1,3}(?![\d.]*\d)`, 'g')],
  ['email', new RegExp(String.raw`\b[\w.+-]+(?:\[@\]|\(at\)|\[at\])[\w-]+(?:${dot}[\w-]+)+`, 'gi')],
  // A bare name with dots may be a file or a field; only a defanged one is surely meant as an indicator.
  [
    'domain',
    new RegExp(String.raw`\b[a-z0-9-]+(?:${dot}[a-z0-9-]+)*${fangedDot}[a-z0-9-]+(?:${dot}[a-z0-9-]+)*\b`, 'gi'),
  ],
];

/** Longer words are no indicator that people read, and cost a pattern more than their length. */
const MAX_WORD = 2048;
const MAX_NAME = 300;
const FANGED = /\[\.\]|\(\.\)|\[dot\]|\[@\]|\(at\)|\[at\]/i;

/** Indicators in a text as written (defanged or not), leftmost first, without overlap. */
export function indicatorsIn(text: string): Indicator[] {
  if (text.length < 7) return [];
  const found: Indicator[] = [];
  for (const word of text.matchAll(/\S{7,}/g)) {
    if (word[0].length <= MAX_WORD) found.push(...indicatorsOfWord(word[0], word.index));
  }
  return found;
}

function indicatorsOfWord(word: string, offset: number): Indicator[] {
  const found: Indicator[] = [];
  for (const [kind, pattern] of PATTERNS) {
    if ((kind === 'domain' || kind === 'email') && (word.length > MAX_NAME || !FANGED.test(word))) continue;
    for (const match of word.matchAll(pattern)) {
      const raw = match[0].replace(/[.,;:]{1,10}$/, '');
      const start = offset + match.index;
      const end = start + raw.length;
      if (kind === 'ip' && !raw.split(/\D+/).every((part) => Number(part) <= 255)) continue;
      if (found.some((other) => start < other.end && end > other.start)) continue;
      found.push({ start, end, kind, value: refang(raw) });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
