import type { CaseFile } from '../model/model';

const INTENTS = ['wider', 'others', 'data', 'baseline', 'refute', 'timeline', 'around', 'missing'] as const;
export type Intent = (typeof INTENTS)[number];

/** What an instruction asks for: by its one-click coaching, else as far as keywords tell. */
export type Coaching = Record<Intent, boolean> & {
  instruction: string | null;
  /** Nothing in the instruction was recognised: a deeper pass is made, and the report says so. */
  unclear: boolean;
};

/** What each one-click coaching of a new store means here. A team may change the words; the number in the name is its order. */
const ONE_CLICK: Record<string, Intent[]> = {
  data: ['data'],
  around: ['around', 'wider'],
  timeline: ['timeline', 'wider'],
  refute: ['refute'],
  baseline: ['baseline'],
  others: ['others'],
  missing: ['missing'],
};

const WORDS: Record<Intent, RegExp> = {
  wider:
    /\b(wid(er|en)|longer|earlier|before|after|days?|weeks?|hours?|window|range|timeline|history|look back|extend|period|since)\b/i,
  others:
    /\b(others?|else|who|users?|accounts?|people|peers?|colleagues?|identit|address(es)?|ips?|keys?|shared?|lateral|insiders?|roles?)\b/i,
  data: /\b(data|download|exfil\w*|files?|objects?|buckets?|volume|bytes|read|access(ed)?|secrets?|stolen|leak\w*|theft)\b/i,
  baseline: /\b(baseline|normal|usual|routine|typical|habit|first.?seen|rare|compare|often|regular)\b/i,
  refute:
    /\b(refute|disprove|benign|false positive|innocent|explain|legitimate|authori[sz]ed|alternative|hypothes[ei]s|sure|doubt|challenge|wrong|why)\b/i,
  timeline: /\b(timeline|chronolog\w*|sequence|order of events)\b/i,
  around: /\b(around|same time|what else|everything|also do|did .* else)\b/i,
  missing: /\b(missing|gaps?|not looked|unqueried|open questions?|incomplete|overlooked)\b/i,
};

export function readCoaching({ instruction, coaching }: Pick<CaseFile, 'instruction' | 'coaching'>): Coaching {
  const named = instruction === null || !coaching ? undefined : ONE_CLICK[coaching.replace(/^\d+-/, '')];
  const asks = (intent: Intent): boolean =>
    instruction !== null && (named ? named.includes(intent) : WORDS[intent].test(instruction));
  const read = Object.fromEntries(INTENTS.map((intent) => [intent, asks(intent)])) as Record<Intent, boolean>; // one of each
  const unclear = instruction !== null && !Object.values(read).some(Boolean);
  return { instruction, ...read, ...(unclear ? { wider: true, others: true, around: true } : {}), unclear };
}

export const NOT_UNDERSTOOD =
  'The built-in analyst has no language model and could not tell what the instruction asks for. It made a deeper pass instead: a wider window and everybody on the same addresses.';

/** What was done about the instruction, in words. */
export function coachingNote(coaching: Coaching): string[] {
  if (coaching.instruction === null) return [];
  if (coaching.unclear) return [NOT_UNDERSTOOD];
  return [
    coaching.wider ? 'Widened the window to three days before and seven days after.' : '',
    coaching.others ? 'Took in everybody who shares a key or address, crowded addresses included.' : '',
    coaching.data ? 'Put the data that was read first, with its volumes and its other readers.' : '',
    coaching.baseline ? 'Listed each notable action with its baseline.' : '',
    coaching.refute
      ? 'Listed what speaks against the favoured hypothesis, and what would have to be true for it to be wrong.'
      : '',
    coaching.around ? 'Listed what the same identities did besides, in the window.' : '',
    coaching.timeline ? 'Looked for rows that the timeline lacks.' : '',
    coaching.missing ? 'Listed what was not looked at.' : '',
  ].filter(Boolean);
}
