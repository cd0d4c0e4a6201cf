import { capital, lowerFirst } from '../grammar';
import { cite } from './parts';

const NAME = '`[^`]+`';
const NAMES = `${NAME}(?:(?:, | and )(?:${NAME}|\\d+ more))*`;
const ISOLATES = new RegExp(
  `^(If not, )?(?:isolate (?:the (?:hosts?|machines?) (?:at )?)?(${NAMES})|take (${NAMES}) off the network)(?:(?:, and |, | and )([^\\x60].*))?$`,
  'i',
);
const LOCKS = new RegExp(`^(If not, )?(disable|lock|suspend|reset) (${NAMES})([^,\\x60]*), and (.*)$`, 'i');
const OTHER_SIDE = new RegExp(`^(?:If not, i|I)solate the machine \\((${NAMES})\\), and block the other side$`);
const BARE_BLOCK = new RegExp(
  `^(?:If not, b|B)lock (${NAMES})(?: at the edge of the network|, and look for every sign-in from there)$`,
);
const BLOCKS = new RegExp(`^(?:If not, b|B)lock (${NAMES})`);
const PAGE = /\btake the page (`[^`]+`) off the server/;
const AT_SCRIPT = new RegExp(`^(?:If not, l|L)ook at the script on the server \\((${NAMES})\\)`);
const KEPT = new RegExp(`^(?:If not, k|K)eep a copy of (${NAMES}) with its hash`);
const KEPT_TOO = new RegExp(`^(?:If not, k|K)eep the program with its hash before it is deleted(?:: | \\()(${NAMES})`);

type Item = { text: string; numbers: number[] };

/** Steps of which each act on a thing is said once, where it is said most exactly, with the receipts of all. */
export function mergeSteps(steps: string[]): string[] {
  const items = steps.map(read);
  isolateOnce(items);
  lockOnce(items);
  takePageOnce(items);
  blockOnce(items);
  keepOnce(items);
  return items
    .filter(({ text }) => text !== '')
    .map(({ text, numbers }) => `${text} ${cite(numbers)}`.trim())
    .map((text) => `${text}.`);
}

/** A step without its receipts, and those. */
function read(step: string): Item {
  const [, body = '', receipts = ''] = /^(.*?)((?: \[E\d+(?:–E?\d+)?\])*)\.?$/s.exec(step) ?? [];
  const numbers = [...receipts.matchAll(/E(\d+)(?:–E?(\d+))?/g)].flatMap(([, from, to]) =>
    Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, at) => Number(from) + at),
  );
  return { text: body, numbers };
}

const namesIn = (text: string): string[] => text.match(/`[^`]+`/g) ?? [];
const isWithin = (names: string[], others: string[]): boolean => names.every((name) => others.includes(name));

/** Leaves one item out for another that says it too, which then stands where the first of the two stood. */
function drop(items: Item[], item: Item, to: Item): void {
  to.numbers.push(...item.numbers);
  Object.assign(item, { text: '', numbers: [] });
  const [at, place] = [items.indexOf(item), items.indexOf(to)];
  if (at < place) items.splice(at, 0, ...items.splice(place, 1));
}

/** A machine is isolated once: a bare step before gives way, a later one keeps what else it asks for. */
function isolateOnce(items: Item[]): void {
  const found = items.flatMap((item) => {
    const [, prefix = '', hosts, others, rest = ''] = ISOLATES.exec(item.text) ?? [];
    const named = hosts ?? others;
    return named === undefined ? [] : [{ item, prefix, names: namesIn(named), isCut: /\d+ more$/.test(named), rest }];
  });
  for (const one of found) {
    const other = found.find(
      (two) =>
        two !== one &&
        two.item.text !== '' &&
        two.rest !== '' &&
        isWithin(one.names, two.names) &&
        (!one.isCut || two.names.length > one.names.length),
    );
    if (one.rest === '' && other) drop(items, one.item, other.item);
  }
  for (const item of [...items]) {
    const side = namesIn(OTHER_SIDE.exec(item.text)?.[1] ?? '');
    const fuller = found.find((other) => other.item.text !== '' && isWithin(side, namesIn(other.item.text)));
    if (side.length > 0 && fuller) drop(items, item, fuller.item);
  }
  const said = new Set<string>();
  for (const one of found.filter(({ item, rest }) => item.text !== '' && rest !== '')) {
    const before = found
      .slice(0, found.indexOf(one))
      .find(({ item, names }) => item.text !== '' && isWithin(one.names, names));
    const clauses = one.rest.split(/(?:, and |, )(?=[a-z]+ )/);
    const fresh = clauses.filter((clause) => !said.has(clause));
    for (const clause of clauses) said.add(clause);
    if (!before) continue;
    if (fresh.length === 0) {
      drop(items, one.item, before.item);
      continue;
    }
    before.item.numbers.push(...one.item.numbers);
    one.item.text = withPrefix(one.prefix, fresh.length === clauses.length ? one.rest : fresh.join(', and '));
  }
}

const withPrefix = (prefix: string, rest: string): string =>
  prefix === '' ? capital(rest) : `${prefix}${lowerFirst(rest)}`;

/** An account is disabled or reset once; a later step keeps what else it asks for, about the account by name. */
function lockOnce(items: Item[]): void {
  [...items].forEach((item, at, all) => {
    const [, prefix = '', verb = '', named = '', way = '', rest = ''] = LOCKS.exec(item.text) ?? [];
    const whole = new RegExp(`^${prefix}${verb} (${NAMES})(.*)$`);
    const before = all.slice(0, at).find(({ text }) => {
      const [, names = '', after = ''] = whole.exec(text) ?? [];
      return (
        isWithin(namesIn(named), namesIn(names)) &&
        after.startsWith(way) &&
        /^(?:$|,| and )/.test(after.slice(way.length))
      );
    });
    if (verb === '' || !before) return;
    before.numbers.push(...item.numbers);
    item.text = withPrefix(prefix, rest.replace(/\b(?:it|they)\b/, named));
  });
}

/** One step takes a known page off the server; no other asks for the page that takes commands. */
function takePageOnce(items: Item[]): void {
  const known = items.find(({ text }) => PAGE.test(text));
  if (!known) return;
  const page = PAGE.exec(known.text)?.[1] ?? '';
  for (const item of [...items]) {
    const named = AT_SCRIPT.exec(item.text)?.[1];
    if (named !== undefined && isWithin(namesIn(named), [page])) drop(items, item, known);
    item.text = item.text.replace(/, (keep [^,]+), and look for the page that takes commands$/i, ', and $1');
    item.text = item.text.replace(/, and look for the page that takes commands$/, '');
  }
}

/** An address is blocked once: by the step that also says what else to do about it. */
function blockOnce(items: Item[]): void {
  for (const item of [...items]) {
    const named = BARE_BLOCK.exec(item.text)?.[1];
    const fuller = items.find(
      (other) =>
        other !== item &&
        !BARE_BLOCK.test(other.text) &&
        isWithin(namesIn(named ?? ''), namesIn(BLOCKS.exec(other.text)?.[1] ?? '')),
    );
    if (named !== undefined && fuller) drop(items, item, fuller);
  }
  const blocked = items.flatMap(({ text }) => namesIn(BLOCKS.exec(text)?.[1] ?? ''));
  const CAME = new RegExp(`, and block (${NAMES}), (?:which it came from|where it went)$`);
  for (const item of [...items]) {
    const named = CAME.exec(item.text)?.[1];
    if (named !== undefined && isWithin(namesIn(named), blocked)) item.text = item.text.replace(CAME, '');
  }
}

/** A program is kept once. */
function keepOnce(items: Item[]): void {
  [...items].forEach((item, at) => {
    const same = items
      .slice(0, at)
      .find(({ text }) => /^(?:If not, k|K)eep a copy/.test(text) && ofFile(text) === ofFile(item.text));
    if (item.text !== '' && same) drop(items, item, same);
  });
  const copies = items.filter(({ text }) => KEPT.test(text));
  for (const item of [...items]) {
    const named = KEPT_TOO.exec(item.text)?.[1];
    const copy = copies.find(({ text }) => isWithin(namesIn(named ?? ''), namesIn(KEPT.exec(text)?.[1] ?? '')));
    if (named !== undefined && copy) {
      copy.text = copy.text.replace(/ with its hash(?! before)/, ' with its hash before it is deleted');
      drop(items, item, copy);
    }
  }
}

const ofFile = (text: string): string => text.replace('a copy of the program', 'a copy of the file');
