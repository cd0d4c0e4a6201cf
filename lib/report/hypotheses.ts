export const HYPOTHESIS_STATUSES = ['open', 'supported', 'refuted', 'inconclusive'] as const;
export type HypothesisStatus = (typeof HYPOTHESIS_STATUSES)[number];

export type Hypothesis = {
  name: string;
  /** As the report says it under **Status:**; null when it doesn't. */
  status: string | null;
  /** Everything below its heading. */
  text: string;
};

type Block = Hypothesis & { number: number | null; from: number; to: number; statusLine: number };

/**
 * The hypotheses of a report: the numbered headings of level 3 in Hypothesis Analysis ("### 1. Insider"), or all headings of
 * level 3 when none is numbered; without any, the items of its numbered list ("1. **Insider** (likely). …").
 * @param section the section's text, without its heading
 */
export function readHypotheses(section: string): Hypothesis[] {
  const lines = section.split(/\r?\n/);
  const blocks = blocksOf(lines);
  return blocks.length > 0 ? blocks.map(({ name, status, text }) => ({ name, status, text })) : listedIn(lines);
}

function listedIn(lines: string[]): Hypothesis[] {
  const items = outsideFences(lines).flatMap(({ line, from }) => {
    const text = /^\d{1,2}[.)] +(\S.*)$/.exec(line)?.[1];
    return text === undefined ? [] : [{ text, from }];
  });
  return items.map(({ text, from }, index) => {
    const [, bold, plain = ''] = /^(?:\*\*(.+?)\*\*|([^.:;(\n]{1,120}))/.exec(text) ?? [];
    const rest = text.slice((bold === undefined ? plain : `**${bold}**`).length);
    return {
      name: (bold ?? plain).replace(/[.:]$/, '').trim(),
      status: /^\s*\(([^)]{1,40})\)/.exec(rest)?.[1] ?? null,
      text: [text, ...lines.slice(from + 1, items[index + 1]?.from)].join('\n').trim(),
    };
  });
}

/**
 * Adds a hypothesis, or changes one that is there (by name): its status line, and its text when one is given. Everything else
 * stays as it is. Pure.
 */
export function putHypothesis(
  section: string,
  change: { name: string; status: HypothesisStatus; text?: string | undefined },
): { ok: true; text: string; added: boolean } | { ok: false; message: string } {
  const lines = section.split(/\r?\n/);
  const blocks = blocksOf(lines);
  const name = change.name
    .replace(/\s+/g, ' ')
    .replace(/^#+\s*/, '')
    .trim();
  const status = `**Status:** ${change.status}`;
  const found = blocks.find((block) => sameName(block.name, name));
  if (found) {
    if (change.text !== undefined) {
      const rest = lines.slice(found.to).join('\n');
      const block = ['', status, '', lowered(change.text), ...(rest.trim() === '' ? [] : [''])];
      return {
        ok: true,
        added: false,
        text: [...lines.slice(0, found.from + 1), ...block, ...lines.slice(found.to)].join('\n'),
      };
    }
    const changed = [...lines];
    if (found.statusLine >= 0) changed[found.statusLine] = status;
    else changed.splice(found.from + 1, 0, '', status);
    return { ok: true, added: false, text: changed.join('\n') };
  }
  if (change.text === undefined || change.text.trim() === '') {
    const names = blocks.map((block) => `"${block.name}"`).join(', ') || 'none';
    return { ok: false, message: `There is no hypothesis "${name}" (there are: ${names}). A new one needs a text.` };
  }
  const number = Math.max(0, ...blocks.map((block) => block.number ?? 0)) + 1;
  const at = blocks.at(-1)?.to ?? lines.length;
  const before = lines.slice(0, at).join('\n').trimEnd();
  const after = lines.slice(at).join('\n').trim();
  const block = `### ${number}. ${name}\n\n${status}\n\n${lowered(change.text)}`;
  return { ok: true, added: true, text: [before, block, after].filter((part) => part !== '').join('\n\n') };
}

function blocksOf(lines: string[]): Block[] {
  const headings = headingsOf(lines);
  const numbered = headings.filter((heading) => heading.number !== null);
  return (numbered.length > 0 ? numbered : headings).map((heading) => {
    const to = headings.find((other) => other.from > heading.from)?.from ?? lines.length;
    const inside = lines.slice(heading.from + 1, to);
    const statusLine = inside.findIndex((line) => STATUS.test(line));
    return {
      ...heading,
      to,
      statusLine: statusLine < 0 ? -1 : heading.from + 1 + statusLine,
      status:
        statusLine < 0
          ? null
          : (STATUS.exec(inside[statusLine] ?? '')?.[1]
              ?.trim()
              .replace(/\.$/, '') ?? null),
      text: inside.join('\n').trim(),
    };
  });
}

const STATUS = /^\*\*Status:?\*\*:?\s*(.*)$/i;

/** Headings of level 3 outside code blocks. */
function headingsOf(lines: string[]): { name: string; number: number | null; from: number }[] {
  return outsideFences(lines).flatMap(({ line, from }) => {
    const heading = /^### +(?:(\d{1,3})[.):]? +)?(\S.*)$/.exec(line);
    return heading ? [{ from, number: heading[1] ? Number(heading[1]) : null, name: (heading[2] ?? '').trim() }] : [];
  });
}

/** The lines that stand in no code block, and where. */
function outsideFences(lines: string[]): { line: string; from: number }[] {
  let fence = '';
  return lines.flatMap((line, from) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence === '' && mark !== '') fence = mark;
    else if (fence !== '' && mark.startsWith(fence)) fence = '';
    return fence === '' ? [{ line, from }] : [];
  });
}

const sameName = (a: string, b: string): boolean => bare(a) === bare(b);
const bare = (name: string): string =>
  name
    .replace(/^(?:\d{1,3}|h\d)[.):]? +/i, '')
    .replace(/[*_`"]/g, '')
    .trim()
    .toLowerCase();

/** Headings inside a hypothesis must not begin another one. Code blocks are left alone. */
function lowered(text: string): string {
  const lines = text.trim().split('\n');
  const prose = new Set(outsideFences(lines).map(({ from }) => from));
  return lines.map((line, at) => (prose.has(at) ? line.replace(/^#{1,3} /, '#### ') : line)).join('\n');
}
