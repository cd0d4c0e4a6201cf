import { isMap, isScalar, isSeq, type Pair, parseAllDocuments, type Scalar, stringify, type YAMLMap } from 'yaml';
import { isOfPattern } from '../analyst/sigma/condition';
import type { SharedField } from './schema';

/** A filter as a Sigma selection: fields are joined by "and", the values of one by "or". Wildcards in values are escaped. */
export function sigmaSelection(name: string, filter: readonly SharedField[], indent = ''): string {
  const body = filter.flatMap(({ field, values }) => {
    const [only, ...more] = values.map(asPattern);
    return more.length === 0
      ? [`${indent}  ${scalar(field)}: ${scalar(only ?? '')}`]
      : [`${indent}  ${scalar(field)}:`, ...[only ?? '', ...more].map((value) => `${indent}    - ${scalar(value)}`)];
  });
  return [`${indent}${name}:`, ...body, ''].join('\n');
}

const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trimEnd();
/** `*` and `?` of the value itself, and backslashes, are no pattern. */
const asPattern = (value: string): string => value.replace(/[\\*?]/g, '\\$&');

/**
 * The text of a Sigma file with an exclusion in one of its rules: a selection before the condition, and "and not" in the condition.
 * Every other byte stays. null where the rule isn't written in a way that can be edited like this (in braces, by an alias).
 */
export function withExclusion(text: string, ruleId: string, filter: readonly SharedField[]): string | null {
  const detection = detectionOf(text, ruleId);
  const condition = detection?.items.find(
    (pair): pair is Pair<Scalar> => isScalar(pair.key) && pair.key.value === 'condition',
  );
  const start = (condition?.key as Scalar | undefined)?.range?.[0];
  if (!detection || detection.flow || !condition || start === undefined) return null;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = text.slice(lineStart, start);
  if (indent.trim() !== '') return null;
  const conditions = isSeq(condition.value) ? condition.value.items : [condition.value];
  const known = detection.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const name = freeName(
    known,
    conditions.map((one) => (isScalar(one) ? String(one.value) : '')),
  );
  if (name === null) return null;
  let edited = text;
  for (const one of [...conditions].reverse()) {
    if (!isScalar(one) || typeof one.value !== 'string' || !one.range) return null;
    const [from, to] = one.range;
    const words = one.value.trim();
    const next = `${/^\S+$/.test(words) ? words : `(${words})`} and not ${name}`;
    const end = /\n$/.test(text.slice(from, to)) ? '\n' : '';
    edited = `${edited.slice(0, from)}${scalar(next)}${end}${edited.slice(to)}`;
  }
  return `${edited.slice(0, lineStart)}${sigmaSelection(name, filter, indent)}${edited.slice(lineStart)}`;
}

function detectionOf(text: string, ruleId: string): YAMLMap | null {
  const documents = parseAllDocuments(text);
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0 || ![document.get('id'), document.get('title')].includes(ruleId)) continue;
    const detection: unknown = document.get('detection', true);
    return isMap(detection) ? detection : null;
  }
  return null;
}

/** A name that no selection has and that no `1 of filter_*` or `all of them` of the conditions takes in; null: none is left. */
function freeName(known: readonly string[], conditions: readonly string[]): string | null {
  const patterns = conditions.flatMap((text) =>
    [...text.matchAll(/\bof\s+([^\s()]+)/gi)].map(([, pattern]) => pattern ?? ''),
  );
  const isFree = (name: string): boolean =>
    !known.includes(name) && !patterns.some((pattern) => isOfPattern(pattern, name));
  return NAMES.flatMap((name) => ['', '_2', '_3', '_4', '_5'].map((suffix) => name + suffix)).find(isFree) ?? null;
}
const NAMES = ['filter_known_benign', 'known_benign', '_known_benign'];
