import { knownSecretPattern, literally, openSecretAt } from './known-secrets';
import { maskKeys } from './mask-secrets';

/** A text that arrives in pieces, with its secrets masked wherever the pieces were cut. */
export type MaskedStream = {
  /** Takes the next piece; gives what of the text can be shown now. */
  push(piece: string): string;
  /** The rest, when nothing more comes. */
  end(): string;
};

/**
 * What `maskKeys` would make of the whole text, in pieces: of each, the end that may be the beginning of a secret is held
 * back until what follows tells. That is at most as long as the longest known secret, and of a key by its form, the word it stands in.
 */
export function maskedStream(): MaskedStream {
  let held = '';
  return {
    push(piece) {
      const text = held + piece;
      const from = text.length > MOST_HELD ? text.length : Math.min(openSecret(text), openKey(text));
      held = text.slice(from);
      return maskKeys(text.slice(0, from));
    },
    end() {
      const rest = maskKeys(held);
      held = '';
      return rest;
    },
  };
}

/** Longer than any key that is known by its form. A text that continues like one for longer is none. */
const MOST_HELD = 24_000;

/** Where the end of a text begins that is less than a whole known secret; a whole one before it may reach into it. */
function openSecret(text: string): number {
  let open = openSecretAt(text, 0);
  for (const whole of text.matchAll(knownSecretPattern() ?? /(?!)/g)) {
    if (whole.index >= open) break;
    const end = whole.index + whole[0].length;
    if (end > open) open = openSecretAt(text, end);
  }
  return open;
}

const STARTS = [
  'eyJ',
  'ghp_',
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-',
  'glptt-',
  'gldt-',
  'glrt-',
  'glcbt-',
  'glsoat-',
  'xox',
  'xapp-',
  'hooks.slack.com/',
  'sk-',
  'sk_live_',
  'sk_test_',
  'rk_live_',
  'rk_test_',
  'AIza',
  'ya29.',
  'npm_',
  'socdown_',
  'SG.',
];
const beginnings = (start: string) => Array.from(start, (_, at) => start.slice(0, at + 1));
/** The last word, from a key's beginning in it on: or from what may become such a beginning. */
const OPEN_WORD = new RegExp(
  `\\b(?:(?:${STARTS.map(literally).join('|')})[A-Za-z0-9_.\\-/+=]*|(?:${[...new Set(STARTS.flatMap(beginnings))].map(literally).join('|')}))$`,
);
/** A private key without its end: from the dashes on. What stands between is its text in any of its forms (lines, JSON). */
const OPEN_PEM =
  /(?<!PRIVATE KEY(?: BLOCK)?-{0,4})-{1,5}$|-----(?:B|BE|BEG|BEGI|BEGIN|BEGIN [A-Z0-9 ]{0,60}-{0,5}|BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----(?:BEGIN|END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----))[\s\S])*)$/;

function openKey(text: string): number {
  const found = [OPEN_WORD.exec(text), OPEN_PEM.exec(text)].flatMap((match) => (match ? [match.index] : []));
  return Math.min(text.length, ...found);
}
