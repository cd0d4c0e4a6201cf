import { eventCondition, fitsSource, logsourceCondition } from './fields';
import type { DetectionRule, LogSourceOf } from './rule';
import { type EventKind, kindsOf } from './telemetry';
import type { Node } from './test';

/** A rule as logs of one kind are asked it. `product`: whose names the fields have. */
export type RuleForm = { product: string | null; condition: Node };

/**
 * The forms of a rule, one of which must hold: as the logs of its product have it, and as each kind of endpoint telemetry among the
 * columns writes events of its category.
 * @param columns of the source, or the paths of an event
 */
export function formsOf(rule: DetectionRule, columns: string[]): RuleForm[] {
  const kinds = telemetryOf(rule.logsource, columns);
  const forms = kinds.map((kind) => kindForm(rule, kind));
  if (kinds.length > 0 && !fitsSource(NUMBERED, columns)) return forms;
  return [plainForm(rule, columns, kinds.length > 0), ...forms];
}

/** The same for one event; most are of no telemetry, and then a rule has one form for all of them. */
export function formsOfEvent(rule: DetectionRule, paths: string[]): RuleForm[] {
  if (telemetryOf(rule.logsource, paths).length > 0) return formsOf(rule, paths);
  const forms = plain.get(rule) ?? [plainForm(rule, [], false)];
  plain.set(rule, forms);
  return forms;
}

const plain = new WeakMap<DetectionRule, RuleForm[]>();

function plainForm(rule: DetectionRule, columns: string[], isMixed: boolean): RuleForm {
  const parts = [logsourceCondition(rule.logsource, columns), eventCondition(rule.logsource, isMixed), rule.condition];
  return { product: rule.logsource.product, condition: and(parts.filter((part) => part !== null)) };
}

/** Windows' own events, whose kinds are told by numbers. */
const NUMBERED: LogSourceOf = { product: 'windows', category: null, service: null };

/** The kinds of telemetry among columns that write events of a log source's category. */
export function telemetryOf({ product, category }: LogSourceOf, columns: string[]): EventKind[] {
  const kinds = kindsOf(category, product);
  if (kinds.length === 0) return [];
  const text = textOf(columns);
  return kinds.filter(({ marks }) =>
    marks.some((mark) => {
      const end = `${mark.toLowerCase()}\n`;
      return text.includes(`\n${end}`) || text.includes(`.${end}`);
    }),
  );
}

/** One text to look in: columns are many, and each rule asks for the same ones. */
function textOf(columns: string[]): string {
  const text = texts.get(columns) ?? `\n${columns.join('\n').toLowerCase()}\n`;
  texts.set(columns, text);
  return text;
}

const texts = new WeakMap<string[], string>();
const known = new WeakMap<DetectionRule, Map<string, RuleForm>>();

function kindForm(rule: DetectionRule, kind: EventKind): RuleForm {
  const forms = known.get(rule) ?? new Map<string, RuleForm>();
  known.set(rule, forms);
  const form = forms.get(kind.id) ?? {
    product: kind.id,
    condition: and([kind.when, inWordsOf(kind, rule.condition)]),
  };
  forms.set(kind.id, form);
  return form;
}

const and = (items: Node[]): Node => (items.length === 1 ? (items[0] as Node) : { kind: 'and', items }); // there is one

/** The condition with the values that this telemetry writes in place of Sysmon's. */
function inWordsOf(kind: EventKind, node: Node): Node {
  if (node.kind === 'and' || node.kind === 'or')
    return { ...node, items: node.items.map((item) => inWordsOf(kind, item)) };
  if (node.kind === 'not') return { ...node, item: inWordsOf(kind, node.item) };
  if (node.test.kind !== 'like' || node.test.parts.length !== 1) return node;
  const { test } = node;
  const [text] = test.parts;
  if (typeof text !== 'string') return node;
  const own = kind.values[node.field ?? '']?.[text.toLowerCase()] ?? numbersOf(text);
  if (own === undefined) return node;
  return { kind: 'or', items: own.map((value): Node => ({ ...node, test: { ...test, parts: [value] } })) };
}

/** Sysmon writes numbers of the registry as `DWORD (0x00000001)`; others write the number. */
function numbersOf(text: string): string[] | undefined {
  const hex = /^[DQ]WORD \(0x([0-9a-f]{8,16})\)$/i.exec(text)?.[1];
  return hex === undefined
    ? undefined
    : [text, String(BigInt(`0x${hex}`)), `0x${hex}`, `0x${BigInt(`0x${hex}`).toString(16)}`];
}
