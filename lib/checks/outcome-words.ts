const FAILURE =
  /\b(?:fail(?:ed|ure|ures|s|ing)?|denied|denials?|refused|refusals?|rejected|blocked|unsuccessful(?:ly)?|unauthori[sz]ed|forbidden|missed|turned (?:[\p{L}]+ ){0,5}(?:away|down)|bounced|(?:could not|couldn[’']t|(?:was|were) unable to|in vain|shut out)|\w+(?:Denied|Unauthori[sz]ed|Forbidden|Exception))\b/iu;
const SUCCESS =
  /\b(?:success(?:ful|fully|es)?|succeeded|succeeds|granted|allowed|accepted|permitted|worked|(?:went|goes|got) through|took effect)\b/i;
/** What a cell for outcomes says in short; in a sentence these words may mean something else. */
const FAILED_CELL =
  /^\W*(?:no(?=\W*$)|error|deny|denied|block|throttled|timed? ?out|✗|✘|❌|[45]\d\d)\b|^\W*(?:✗|✘|❌)/i;
const SUCCEEDED_CELL =
  /^\W*(?:(?:no|without|0) (?:\p{L}+ )?(?:errors?|failures?)|ok|okay|yes|done|allow|accept|completed?|effective|executed|101|2\d\d|304)\b|^\W*(?:✓|✔|✅)/iu;
const NOT =
  /\b(?:(?:not|never|no|nor|without|un|hardly|cannot|[a-z]+n[’']t)\s+(?:[\w-]+\s+){0,2}|(?:none|neither|nobody|not (?:one|a single)|0|zero)\s+(?:[\w-]+\s+){0,6})$/i;

export type Outcome = 'success' | 'failure';
export type SaidOutcome = { start: number; end: number; word: string; outcome: Outcome };

/** The outcome that a part of a text states; null when it states none, or both. */
export function outcomeIn(text: string, offset: number): SaidOutcome | null {
  const found: SaidOutcome[] = [];
  for (const [pattern, outcome] of [
    [FAILURE, 'failure'],
    [SUCCESS, 'success'],
  ] as const) {
    for (const match of text.matchAll(new RegExp(pattern, 'giu'))) {
      const flipped = NOT.test(text.slice(Math.max(0, match.index - 60), match.index));
      const start = offset + match.index;
      const meant = flipped ? (outcome === 'success' ? 'failure' : 'success') : outcome;
      // "not refused" may mean that nothing is known: only the denial of a success says something.
      if (!flipped || outcome === 'success')
        found.push({ start, end: start + match[0].length, word: match[0], outcome: meant });
    }
  }
  const [first] = found;
  return first && found.every(({ outcome }) => outcome === first.outcome) ? first : null;
}

/** The same of a cell for outcomes, which says it in short. */
export function outcomeInCell(text: string, offset: number): SaidOutcome | null {
  const said = outcomeIn(text, offset);
  if (said || FAILURE.test(text) || SUCCESS.test(text)) return said;
  for (const [pattern, outcome] of [
    [FAILED_CELL, 'failure'],
    [SUCCEEDED_CELL, 'success'],
  ] as const) {
    const match = pattern.exec(text);
    if (!match) continue;
    const word = match[0].replace(/^[\s*_`]+/, '');
    const start = offset + match.index + match[0].length - word.length;
    return { start, end: start + word.length, word, outcome };
  }
  return null;
}

/** The outcome that a text is about, whether it says or denies it: `none of them succeeded` is about successes. */
export function outcomeAbout(text: string): Outcome | 'both' | null {
  const [failure, success] = [FAILURE.test(text), SUCCESS.test(text)];
  if (failure && success) return 'both';
  return failure ? 'failure' : success ? 'success' : null;
}

/** A text without its words for outcomes. */
export const withoutOutcomes = (text: string): string =>
  text.replace(new RegExp(FAILURE, 'giu'), ' ').replace(new RegExp(SUCCESS, 'giu'), ' ');
