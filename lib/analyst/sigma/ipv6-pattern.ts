const GROUPS = 8;

/** A regular expression for the addresses of an IPv6 network, as they are usually written (`::` for a run of zeros). */
export function ipv6Pattern(network: string, bits: number): string {
  const groups = groupsOf(network);
  const whole = Math.floor(bits / 16);
  const rest = bits % 16;
  const fixed = groups.slice(0, whole).map((group) => `0*${group.toString(16)}:`);
  const next = rest === 0 ? '' : `0*${group(groups[whole] ?? 0, rest)}(?::|$)`;
  const last = rest === 0 && whole === GROUPS ? `${fixed.join('').slice(0, -1)}$` : `${fixed.join('')}${next}`;
  const [from, to] = innerZeros(groups, whole);
  if (to - from > 1) {
    const left = groups.slice(0, from).map((group) => `0*${group.toString(16)}`);
    const right = `${fixed.slice(to).join('')}${next}`;
    return `^(?:${last}|${left.join(':')}::${whole === GROUPS ? `${right.slice(0, -1)}$` : right})`;
  }
  const zeros = zeroRun(groups, whole);
  if (zeros < 0 || (rest !== 0 && (groups[whole] ?? 0) >> (16 - rest) !== 0)) return `^${last}`;
  // The end of the prefix may be inside the `::`.
  const short = groups.slice(0, zeros).map((group) => `0*${group.toString(16)}`);
  return `^(?:${last}|${short.join(':')}::(?:[0-9a-f]{1,4}(?::|$)){0,${GROUPS - whole - (rest ? 1 : 0)}}$)`;
}

function groupsOf(network: string): number[] {
  const [head = '', tail] = network.split('::');
  const read = (text: string): number[] =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [left, right] = [read(head), read(tail ?? '')];
  return [...left, ...Array<number>(Math.max(0, GROUPS - left.length - right.length)).fill(0), ...right];
}

/** The longest run of zeros in the prefix that doesn't end it. */
function innerZeros(groups: number[], whole: number): [number, number] {
  let longest: [number, number] = [0, 0];
  for (let from = 0; from < whole; from += 1) {
    let to = from;
    while (to < whole && groups[to] === 0) to += 1;
    if (to < whole && to - from > longest[1] - longest[0]) longest = [from, to];
  }
  return longest;
}

/** Where the zeros begin that the prefix ends with; -1 when it ends with something else. */
function zeroRun(groups: number[], whole: number): number {
  let at = whole;
  while (at > 0 && groups[at - 1] === 0) at -= 1;
  return at < whole || whole === 0 ? at : -1;
}

/** The group's numbers of which the first `bits` are those of `value`, without leading zeros. */
function group(value: number, bits: number): string {
  const digits = [12, 8, 4, 0].map((shift, index) => {
    const known = Math.min(4, Math.max(0, bits - index * 4));
    const base = (value >> shift) & 15 & (15 << (4 - known));
    return Array.from({ length: 2 ** (4 - known) }, (_, offset) => (base + offset).toString(16));
  });
  const shortest = (from: number): string => {
    const [first = [], ...others] = digits.slice(from);
    const rest = others.map((set) => `[${set.join('')}]`).join('');
    if (others.length === 0) return `[${first.join('')}]`;
    if (!first.includes('0')) return `[${first.join('')}]${rest}`;
    const above = first.filter((digit) => digit !== '0').join('');
    return above ? `(?:[${above}]${rest}|${shortest(from + 1)})` : shortest(from + 1);
  };
  return shortest(0);
}
