const MAX_LENGTH = 200_000;
const MAX_DEPTH = 6;

/**
 * What Athena, Presto and Java write for an object, `{type=IAMUser, session={mfa=false}}`, as one; null for any other text. Values may
 * hold commas: a member begins where a name and = follow one.
 */
export function structIn(text: string): Record<string, unknown> | null {
  if (text.length > MAX_LENGTH || !/^\{[A-Za-z_][\w.:-]*=/.test(text) || !text.endsWith('}')) return null;
  return members(text.slice(1, -1), 0);
}

function members(text: string, depth: number): Record<string, unknown> | null {
  const fields: Record<string, unknown> = {};
  let last = '';
  for (const piece of split(text)) {
    const [, name, value = ''] = /^([A-Za-z_][\w.:-]*)=(.*)$/s.exec(piece) ?? [];
    if (name !== undefined) {
      last = name;
      fields[name] = value;
    } else if (last) fields[last] = `${String(fields[last])}, ${piece}`;
    else return null;
  }
  for (const [name, value] of Object.entries(fields)) {
    if (value === 'null') delete fields[name];
    else if (depth < MAX_DEPTH && /^\{[A-Za-z_][\w.:-]*=.*\}$/s.test(String(value)))
      fields[name] = members(String(value).slice(1, -1), depth + 1) ?? value;
  }
  return fields;
}

/** Pieces between `, ` outside of brackets. */
function split(text: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth = Math.max(0, depth - 1);
    else if (sign === ',' && text[at + 1] === ' ' && depth === 0) {
      pieces.push(text.slice(from, at));
      from = at + 2;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}
