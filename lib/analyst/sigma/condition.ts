import type { Node } from './test';

/** What is wrong with a condition; the caller adds where. */
export class ConditionError extends Error {}

/**
 * A condition over named selections: `and`, `or`, `not`, parentheses, `1 of x*`, `all of them`. Names that begin with `_` are not
 * part of `them`.
 * @throws ConditionError
 */
export function readCondition(text: string, selections: Map<string, Node>): Node {
  if (/\|/.test(text))
    throw new ConditionError(
      'Of aggregations after "|" only "count() by … > n" with a timeframe is read. Write a correlation rule instead.',
    );
  const tokens = text.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const peek = (): string => tokens[at]?.toLowerCase() ?? '';
  const or = (): Node => {
    const items = [and()];
    while (peek() === 'or') {
      at += 1;
      items.push(and());
    }
    return items.length === 1 ? (items[0] as Node) : { kind: 'or', items }; // there is one
  };
  const and = (): Node => {
    const items = [not()];
    while (peek() === 'and') {
      at += 1;
      items.push(not());
    }
    return items.length === 1 ? (items[0] as Node) : { kind: 'and', items }; // there is one
  };
  const not = (): Node => {
    if (peek() !== 'not') return primary();
    at += 1;
    return { kind: 'not', item: not() };
  };
  const primary = (): Node => {
    const token = tokens[at];
    if (token === undefined) throw new ConditionError('The condition ends too early.');
    at += 1;
    if (token === '(') {
      const inner = or();
      if (tokens[at] !== ')') throw new ConditionError('A parenthesis is not closed.');
      at += 1;
      return inner;
    }
    if (/^(?:1|any|all|\d+)$/i.test(token) && peek() === 'of') {
      at += 1;
      const pattern = tokens[at];
      if (pattern === undefined) throw new ConditionError(`"${token} of" names no selection.`);
      at += 1;
      return some(token.toLowerCase(), named(pattern, selections));
    }
    const found = selections.get(token);
    if (!found)
      throw new ConditionError(`There is no selection "${token}". Selections: ${[...selections.keys()].join(', ')}.`);
    return found;
  };
  const tree = or();
  if (at < tokens.length) throw new ConditionError(`"${tokens[at]}" is not expected here.`);
  return tree;
}

/** Whether a selection is one of those that `of` a pattern means. */
export function isOfPattern(pattern: string, name: string): boolean {
  if (pattern.toLowerCase() === 'them') return !name.startsWith('_');
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(name);
}

function named(pattern: string, selections: Map<string, Node>): Node[] {
  const found = [...selections].filter(([name]) => isOfPattern(pattern, name)).map(([, node]) => node);
  if (found.length === 0)
    throw new ConditionError(
      `No selection is named like "${pattern}". Selections: ${[...selections.keys()].join(', ')}.`,
    );
  return found;
}

/** `all`, or at least so many of them. */
function some(quantity: string, nodes: Node[]): Node {
  if (quantity === 'all') return { kind: 'and', items: nodes };
  const least = quantity === 'any' ? 1 : Number(quantity);
  if (least === 1) return { kind: 'or', items: nodes };
  if (least > nodes.length) throw new ConditionError(`"${quantity} of" asks for more selections than there are.`);
  const choose = (from: number, count: number): Node[][] =>
    count === 0
      ? [[]]
      : nodes.slice(from).flatMap((node, index) => choose(from + index + 1, count - 1).map((rest) => [node, ...rest]));
  return { kind: 'or', items: choose(0, least).map((items) => ({ kind: 'and', items })) };
}
