/** A place of the rendered text that is known to come from a source line. Heights are in CSS pixels from the top of the text. */
export type Anchor = { line: number; top: number };

/** All anchors of a rendered text, by line. `root` must be the element that `Markdown` renders. */
export function anchorsOf(root: HTMLElement): Anchor[] {
  const origin = root.getBoundingClientRect().top;
  const anchors: Anchor[] = [];
  for (const block of root.querySelectorAll<HTMLElement>('[data-line]')) {
    const first = Number(block.dataset.line);
    anchors.push({ line: first, top: block.getBoundingClientRect().top - origin });
    for (const part of block.querySelectorAll<HTMLElement>('[data-offset]')) {
      anchors.push({ line: first + Number(part.dataset.offset), top: part.getBoundingClientRect().top - origin });
    }
  }
  return increasing(anchors);
}

/** The height of a source line (fractions allowed) in the rendered text; straight lines between anchors. */
export function topOfLine(anchors: Anchor[], line: number, end: Anchor): number {
  return between(
    anchors,
    end,
    line,
    (anchor) => anchor.line,
    (anchor) => anchor.top,
  );
}

/** The source line (with fraction) at a height of the rendered text. */
export function lineAtTop(anchors: Anchor[], top: number, end: Anchor): number {
  return between(
    anchors,
    end,
    top,
    (anchor) => anchor.top,
    (anchor) => anchor.line,
  );
}

function between(
  anchors: Anchor[],
  end: Anchor,
  at: number,
  from: (a: Anchor) => number,
  to: (a: Anchor) => number,
): number {
  const all = [{ line: 1, top: 0 }, ...anchors, end];
  const next = all.findIndex((anchor) => from(anchor) > at);
  if (next < 0) return to(end);
  const before = all[Math.max(0, next - 1)] ?? end;
  const after = all[next] ?? end;
  const width = from(after) - from(before);
  const part = width <= 0 ? 0 : Math.max(0, (at - from(before)) / width);
  return to(before) + part * (to(after) - to(before));
}

/** Sorted by line, and never upwards: a table cell's anchors must not turn the map back. */
function increasing(anchors: Anchor[]): Anchor[] {
  const sorted = [...anchors].sort((a, b) => a.line - b.line || a.top - b.top);
  const kept: Anchor[] = [];
  for (const anchor of sorted) {
    const last = kept.at(-1);
    if (!last || (anchor.line > last.line && anchor.top >= last.top)) kept.push(anchor);
  }
  return kept;
}
