/** What people write for calls of an API or events of an identity provider, and the names those have. */
const DEEDS: [RegExp, RegExp][] = [
  [/\b(?:sign(?:s|ed)?|log(?:s|ged)?)[- ]?(?:in|on)(?:s|to)?\b/i, /login|sign-?in|log-?on|session\.start|authenticat/],
  [/\bcreat(?:es?|ed|ing|ions?)\b/i, /^create|[._]create|^new-/],
  [/\bdelet(?:es?|ed|ing|ions?)\b/i, /^delete|[._]delete|^remove-/],
  [
    /\b(?:download(?:s|ed|ing)?|read(?:s|ing)?|cop(?:y|ies|ied|ying)|stole(?:n)?|exfiltrat(?:es?|ed|ing))\b/i,
    /^get(?:object|secretvalue|parameters?)$|download|^get (?:secrets|configmaps)$/,
  ],
  [/\blist(?:s|ed|ings?)?\b/i, /^list|[._]list$/],
  [/\baccess(?:es|ed|ing)\b/i, /accessed$/],
  [/\bguess(?:es|ed|ing)?\b/i, /login|sign-?in|log-?on|session\.start|authenticat/],
  [/\bupload(?:s|ed|ing)?\b/i, /^putobject$|upload/],
  [/\battach(?:es|ed|ing)?\b/i, /^attach/],
  [/\bdetach(?:es|ed|ing)?\b/i, /^detach/],
  [/\bassum(?:es?|ed|ing)\b/i, /^assumerole/],
  [/\bstop(?:s|ped|ping)?\b/i, /^stop/],
  [/\bdisabl(?:es?|ed|ing)\b/i, /^disable|[._]disable/],
  [/\bdeactivat(?:es?|ed|ing|ions?)\b/i, /^deactivate|[._]deactivate/],
  [/\bactivat(?:es?|ed|ing|ions?)\b/i, /^activate|[._]activate/],
  [/\bgrant(?:s|ing)?\b/i, /privilege[._]grant|^grant/],
  [/\bshar(?:es?|ed|ing)\b/i, /change_user_access|^share/],
  [/\binvok(?:es?|ed|ing)\b/i, /^invoke/],
  [/\bdestroy(?:s|ed|ing)?\b/i, /^destroy|[._]destroy/],
  [/\binstall(?:s|ed|ing)?\b/i, /^install/],
  [/\bclear(?:s|ed|ing)\b/i, /^clear/],
  [/\bterminat(?:es?|ed|ing)\b/i, /^terminate/],
  [/\bmodif(?:y|ies|ied|ying)\b/i, /^modify/],
];

/** `word`: as written, in lower case. */
export type Deed = { start: number; end: number; word: string; names: RegExp };

/** Verbs and nouns of a text that stand for an action, each with the names that the action has in lower case. */
export function deedsIn(text: string): Deed[] {
  return DEEDS.flatMap(([words, names]) => {
    const match = words.exec(text);
    if (!match) return [];
    return [{ start: match.index, end: match.index + match[0].length, word: match[0].toLowerCase(), names }];
  });
}
