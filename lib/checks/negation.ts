const NEGATION =
  /\b(?:no|not|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|isn[’']t|wasn[’']t|weren[’']t|aren[’']t|didn[’']t|doesn[’']t|don[’']t|hasn[’']t|haven[’']t|hadn[’']t|can[’']t|couldn[’']t)\b/giu;
/** Negations that deny nothing. */
const BOUND =
  /^(?:not only|not just|no (?:fewer|less|more|later|earlier|longer|sooner)|nothing (?:but|other|more|less)|not (?:until|before|later|earlier|more|less)|no doubt|no\.)/i;

/** Where a text denies something: from the word that does to the end of its clause. */
export function negationsIn(text: string): { word: string; start: number; end: number }[] {
  return [...text.matchAll(NEGATION)].flatMap((match) => {
    const rest = text.slice(match.index, match.index + 400);
    if (BOUND.test(rest)) return [];
    const clause =
      /[.;:!?](?:\s|$)|,? (?:but|except|apart from|other than|although|though|while|whereas)\b|\s[–—]\s/i.exec(
        rest.slice(match[0].length),
      );
    const end = match.index + match[0].length + (clause?.index ?? rest.length - match[0].length);
    return [{ word: match[0].toLowerCase(), start: match.index, end }];
  });
}

/** Whether a value is what its sentence says was not there: `no administrative port (22, 3389)`. */
export function isNegated(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 120), start);
  const last = negationsIn(`${before}${text.slice(start, end)}`).findLast((found) => found.start < before.length);
  if (!last || last.end < before.length) return false;
  const between = before.slice(last.start + last.word.length);
  // A list in parentheses belongs to the denied thing; otherwise only what is close to the word.
  return /\([^)]*$/.test(between)
    ? between.split(/\s+/).length <= 12
    : between.trim().split(/\s+/).length <= 3 && !/,/.test(between);
}
