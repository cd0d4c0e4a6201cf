import { isRecord, membersOf } from './json-spans';

/** Where converters put the data of a Windows event. */
const PATHS = [
  ['Payload', 'EventData', 'Data'],
  ['Event', 'EventData', 'Data'],
  ['EventData', 'Data'],
];
const NAME_KEYS = ['@Name', 'Name', '-Name', '_Name'];
const VALUE_KEYS = ['#text', 'Content', 'Value', '_', '-text', '$'];

/**
 * A Windows event whose data is a list of names and texts (EvtxECmd, converters of XML) with the data under their names, as other
 * programs write it; null for any other record. Data without a name stays a list.
 */
export function nameEventData(text: string, value: Record<string, unknown>): string | null {
  const path = PATHS.find((keys) => Array.isArray(at(value, keys)));
  const named = path ? namesAndTexts(at(value, path) as unknown[]) : null; // found above
  if (!path || !named) return null;
  let start: number | undefined;
  let end = 0;
  for (const key of path.slice(0, -1)) {
    const member = membersOf(text, start).find((one) => one.key === key);
    if (!member) return null;
    ({ start, end } = member);
  }
  const data = membersOf(text, start);
  const beside = data
    .filter(({ key }) => key !== 'Data')
    .map((member) => `${JSON.stringify(member.key)}:${text.slice(member.start, member.end)}`);
  const own = Object.entries(named).map(([key, content]) => `${JSON.stringify(key)}:${JSON.stringify(content)}`);
  return `${text.slice(0, start)}{${[...beside, ...own].join(',')}}${text.slice(end)}`;
}

const at = (value: Record<string, unknown>, keys: string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);

/** What the items of a list call themselves; null when one of them has no name. */
function namesAndTexts(items: unknown[]): Record<string, unknown> | null {
  const named: Record<string, unknown> = {};
  for (const item of items) {
    if (!isRecord(item)) return null;
    // Some converters keep attributes apart.
    const attributes = isRecord(item['#attributes']) ? item['#attributes'] : isRecord(item.$) ? item.$ : item;
    const name = NAME_KEYS.map((key) => attributes[key]).find((one) => typeof one === 'string' && one !== '');
    if (typeof name !== 'string' || Object.hasOwn(named, name)) return null;
    const content = VALUE_KEYS.map((key) => item[key]).find((one) => one !== undefined && !isRecord(one));
    named[name] = content ?? '';
  }
  return items.length > 0 ? named : null;
}
