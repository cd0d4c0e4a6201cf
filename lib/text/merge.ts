import { splitWithLineEnd } from './lines';
import { type Match, matchLines } from './match-lines';

export type Merge = {
  text: string;
  /** How many passages both sides changed differently; each is marked with both sides whole. */
  conflicts: number;
};

type Labels = { mine: string; theirs: string };

/**
 * Three-way merge by lines: changes of one side are taken, equal changes once, and where both changed the same or
 * touching lines differently, both are kept between markers. Every line that a side added is in the result.
 * `base` null: not known; what both have is then the base. Line ends are `mine`'s.
 */
export function merge3(base: string | null, mine: string, theirs: string, labels: Partial<Labels> = {}): Merge {
  const named: Labels = { mine: labels.mine ?? 'yours', theirs: labels.theirs ?? 'saved meanwhile' };
  const { lines: mineLines, lineEnd } = splitWithLineEnd(mine);
  const theirLines = splitWithLineEnd(theirs).lines;
  const baseLines = base === null ? common(mineLines, theirLines) : splitWithLineEnd(base).lines;
  const mineRuns = matchLines(baseLines, mineLines);
  const theirRuns = matchLines(baseLines, theirLines);
  const out: string[] = [];
  let conflicts = 0;
  let at = { base: 0, mine: 0, theirs: 0 };
  // Stretches of the base that both sides kept; between them lies what somebody changed.
  for (const kept of [...bothKept(mineRuns, theirRuns), end(baseLines, mineLines, theirLines)]) {
    const was = baseLines.slice(at.base, kept.base);
    const ours = mineLines.slice(at.mine, kept.mine);
    const others = theirLines.slice(at.theirs, kept.theirs);
    if (same(ours, others) || same(others, was)) out.push(...ours);
    else if (same(ours, was)) out.push(...others);
    else {
      conflicts += 1;
      out.push(`<<<<<<< ${named.mine}`, ...ours, '=======', ...others, `>>>>>>> ${named.theirs}`);
    }
    out.push(...mineLines.slice(kept.mine, kept.mine + kept.length));
    at = { base: kept.base + kept.length, mine: kept.mine + kept.length, theirs: kept.theirs + kept.length };
  }
  return { text: out.join(lineEnd), conflicts };
}

type Kept = { base: number; mine: number; theirs: number; length: number };

function bothKept(mine: Match[], theirs: Match[]): Kept[] {
  const kept: Kept[] = [];
  let [m, t] = [0, 0];
  for (let ours = mine[m], others = theirs[t]; ours && others; ours = mine[m], others = theirs[t]) {
    const from = Math.max(ours.a, others.a);
    const to = Math.min(ours.a + ours.length, others.a + others.length);
    if (from < to)
      kept.push({ base: from, mine: ours.b + from - ours.a, theirs: others.b + from - others.a, length: to - from });
    if (ours.a + ours.length < others.a + others.length) m += 1;
    else t += 1;
  }
  return kept;
}

function end(base: string[], mine: string[], theirs: string[]): Kept {
  return { base: base.length, mine: mine.length, theirs: theirs.length, length: 0 };
}

function same(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

function common(a: string[], b: string[]): string[] {
  return matchLines(a, b).flatMap((match) => a.slice(match.a, match.a + match.length));
}
