import { diffSequences } from '@/lib/text/line-diff';

/** The parts of a hast node that are used here. */
type Node = {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
};
/** Something that is compared as one: `words` are its own, without those of units inside it. */
type Unit = { node: Node; parent: Node; words: string[] };

const UNITS = new Set(['tr', 'li', 'p', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
/** Spans that are one word: what they show is more than their text. */
const WHOLE = ['dataCite', 'dataRaw', 'dataInvisible', 'dataImage'];
/** Units that share less of their words are no change of each other. */
const ALIKE = 0.3;
/** Of one unit; beyond it all of it counts as changed. */
const MAX_WORDS = 4000;

/**
 * hast: marks in `tree` the words that `before` doesn't have, and puts those that are gone where they were: in paragraphs, list items
 * and cells of tables. New and removed rows, items and paragraphs are marked whole. Changes `tree`.
 */
export function markChanges(before: object, tree: object): void {
  const [old, fresh] = [unitsIn(before as Node), unitsIn(tree as Node)];
  for (const { before: gone, after } of diffSequences(old.map(keyOf), fresh.map(keyOf))) {
    let at = gone[0];
    for (const unit of fresh.slice(...after)) {
      const found = old.findIndex(
        (one, index) => index >= at && index < gone[1] && one.node.tagName === unit.node.tagName && alike(one, unit),
      );
      if (found < 0) {
        markAll(unit.node);
        continue;
      }
      for (const lost of old.slice(at, found)) keepRemoved(lost, unit, 'before');
      compare(old[found]?.node ?? unit.node, unit.node);
      at = found + 1;
    }
    const [next, last] = [fresh[after[1]], fresh[after[1] - 1]];
    for (const lost of old.slice(at, gone[1])) {
      if (next?.node.tagName === lost.node.tagName) keepRemoved(lost, next as Unit, 'before');
      else if (last) keepRemoved(lost, last, 'behind');
      else (tree as Node).children?.push(removedUnit(lost));
    }
  }
}

function unitsIn(root: Node): Unit[] {
  const units: Unit[] = [];
  const walk = (node: Node) => {
    for (const child of node.children ?? []) {
      const words = UNITS.has(child.tagName ?? '') ? leavesOf(child).flatMap(({ node: leaf }) => wordsOf(leaf)) : [];
      if (words.some((word) => word.trim() !== '')) units.push({ node: child, parent: node, words });
      walk(child);
    }
  };
  walk(root);
  return units;
}

const keyOf = ({ node, words }: Unit): string => `${node.tagName}\n${words.map((word) => word.trim()).join(' ')}`;

/** The texts and whole spans of a unit, in order, without those of units inside it. */
function leavesOf(unit: Node): { node: Node; parent: Node }[] {
  return (unit.children ?? []).flatMap((child) => {
    if (child.type === 'text' || isWhole(child)) return [{ node: child, parent: unit }];
    return UNITS.has(child.tagName ?? '') ? [] : leavesOf(child);
  });
}

const isWhole = ({ properties }: Node): boolean => WHOLE.some((name) => properties?.[name] !== undefined);
const wordsOf = (leaf: Node): string[] =>
  isWhole(leaf) ? [textOf(leaf)] : ((leaf.value ?? '').match(/\S+\s*|\s+/g) ?? []);
const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

/** The share of words that both have, of the shorter one. */
function alike(a: Unit, b: Unit): boolean {
  const counts = new Map<string, number>();
  for (const word of a.words) counts.set(word.trim(), (counts.get(word.trim()) ?? 0) + 1);
  let shared = 0;
  for (const word of b.words) {
    const left = counts.get(word.trim()) ?? 0;
    if (left === 0) continue;
    counts.set(word.trim(), left - 1);
    shared += 1;
  }
  return shared >= ALIKE * Math.min(a.words.length, b.words.length);
}

/** A row is compared cell by cell: a word never moves into another column. */
function compare(before: Node, after: Node): void {
  if (after.tagName !== 'tr') {
    compareWords(before, after);
    return;
  }
  const cells = (row: Node) => (row.children ?? []).filter(({ type }) => type === 'element');
  const old = cells(before);
  cells(after).forEach((cell, index) => {
    compareWords(old[index] ?? { type: 'element' }, cell);
  });
}

function compareWords(before: Node, after: Node): void {
  const leaves = leavesOf(after);
  const a = leavesOf(before).flatMap(({ node }) => wordsOf(node));
  const b = leaves.flatMap(({ node }) => wordsOf(node));
  if (a.length + b.length > MAX_WORDS) {
    markAll(after);
    return;
  }
  const gone = new Map<number, string>();
  const added = new Set<number>();
  const trimmed = (words: string[]) => words.map((word) => word.trim());
  for (const change of diffSequences(trimmed(a), trimmed(b))) {
    const text = a.slice(...change.before).join('');
    if (text.trim() !== '') gone.set(change.after[0], text);
    for (let index = change.after[0]; index < change.after[1]; index += 1) added.add(index);
  }
  let at = 0;
  for (const { node: leaf, parent } of leaves) {
    const pieces: Node[] = [];
    for (const word of wordsOf(leaf)) {
      const lost = gone.get(at);
      if (lost) pieces.push(marked('removed', [{ type: 'text', value: lost }]));
      const piece = isWhole(leaf) ? leaf : { type: 'text', value: word };
      pieces.push(added.has(at) && word.trim() !== '' ? marked('added', [piece]) : piece);
      at += 1;
    }
    replace(parent, leaf, joined(pieces));
  }
  const rest = gone.get(at);
  if (!rest) return;
  const end = marked('removed', [{ type: 'text', value: rest }]);
  const holder = leaves.at(-1)?.parent ?? after;
  // Before a list inside the item, behind the words.
  const place = (holder.children ?? []).findIndex(({ tagName }) => tagName === 'ul' || tagName === 'ol');
  const children = holder.children ?? [];
  holder.children = place < 0 ? [...children, end] : [...children.slice(0, place), end, ...children.slice(place)];
}

function markAll(unit: Node): void {
  for (const { node, parent } of leavesOf(unit))
    if (textOf(node).trim() !== '') replace(parent, node, [marked('added', [node])]);
}

/** Words side by side that are marked alike as one stretch. */
function joined(pieces: Node[]): Node[] {
  const out: Node[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    const same = last && last.properties?.dataChange === piece.properties?.dataChange;
    if (same && last.type === 'text' && piece.type === 'text') last.value = `${last.value}${piece.value}`;
    else if (same && last.properties?.dataChange)
      last.children = joined([...(last.children ?? []), ...(piece.children ?? [])]);
    else out.push(piece.type === 'text' ? { ...piece } : piece);
  }
  return out;
}

function replace(parent: Node, child: Node, by: Node[]): void {
  parent.children = (parent.children ?? []).flatMap((one) => (one === child ? by : [one]));
}

const marked = (dataChange: 'added' | 'removed', children: Node[]): Node => ({
  type: 'element',
  tagName: 'span',
  properties: { dataChange },
  children,
});

function keepRemoved(lost: Unit, beside: Unit, where: 'before' | 'behind'): void {
  const node = removedUnit(lost);
  // A paragraph stands in no list, a row in no paragraph.
  const fits = beside.node.tagName === lost.node.tagName;
  if (!fits) {
    beside.node.children = [...(beside.node.children ?? []), ...(node.children ?? [])];
    return;
  }
  replace(beside.parent, beside.node, where === 'before' ? [node, beside.node] : [beside.node, node]);
}

function removedUnit({ node }: Unit): Node {
  const gone = (of: Node) =>
    marked('removed', [
      {
        type: 'text',
        value: leavesOf(of)
          .map((leaf) => textOf(leaf.node))
          .join(''),
      },
    ]);
  const children =
    node.tagName === 'tr'
      ? (node.children ?? [])
          .filter(({ type }) => type === 'element')
          .map(
            (cell): Node => ({
              type: 'element',
              tagName: cell.tagName ?? 'td',
              properties: {},
              children: [gone(cell)],
            }),
          )
      : [gone(node)];
  return { type: 'element', tagName: node.tagName ?? 'p', properties: {}, children };
}
