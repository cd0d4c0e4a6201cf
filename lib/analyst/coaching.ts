import type { CaseFile } from '../model/model';

/** What changes the report, then what the findings answer by themselves. */
const INTENTS = [
  ...(['wider', 'others', 'data', 'baseline', 'refute', 'timeline', 'around', 'missing'] as const),
  ...(['why', 'start', 'outcome', 'persistence', 'tampering', 'related', 'next'] as const),
  ...(['same', 'manager', 'shorter', 'entry', 'over', 'taken', 'exercise', 'affected'] as const),
] as const;
export type Intent = (typeof INTENTS)[number];

/** What an instruction asks for: by its one-click coaching, else as far as keywords tell. */
export type Coaching = Record<Intent, boolean> & {
  instruction: string | null;
  /** No keyword of the instruction was recognised. */
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
    /\b(wid(er|en)|longer|earlier|(?<!seen (?:this|it|that) )before|after|days?|weeks?|hours?|window|range|timeline|history|look back|extend|period|since)\b/i,
  others:
    /\b(others?|else|who|users?|accounts?|people|peers?|colleagues?|identit|address(es)?|ips?|keys?|shared?|lateral|insiders?|roles?)\b/i,
  data: /\b(data|download|exfil\w*|files?|objects?|buckets?|volume|bytes|read|access(ed)?|secrets?|stolen|leak\w*|theft)\b/i,
  baseline: /\b(baseline|normal|usual|routine|typical|habit|first.?seen|rare|compare|often|regular)\b/i,
  refute:
    /\b(refute|disprove|benign|false positive|innocent|explain|legitimate|authori[sz]ed|alternative|hypothes[ei]s|doubt|challenge|wrong)\b/i,
  timeline: /\b(timeline|chronolog\w*|sequence|order of events)\b/i,
  around: /\b(around|same time|what else|everything|also do|did .* else)\b/i,
  missing: /\b(miss(?:ed|ing)?|gaps?|not looked|unqueried|open questions?|incomplete|overlooked)\b/i,
  why: /\b(why|reasons?|how (?:sure|certain|confident)|confidence|based on what)\b/i,
  start:
    /\b(when (?:did|was|were|does|do|has)|how long|start(?:ed|s)?|began|begin|begun|earliest|initial|entry point|first (?:act|event|sign|step|thing))\b/i,
  outcome:
    /\b(succeed(?:ed)?|success(?:ful(?:ly)?)?|did (?:it|that|they) work|failed|fail|denied|refused|blocked|got in|get in)\b/i,
  persistence:
    /\b(persist\w*|back.?doors?|back in|foothold|(?:new|creat\w+|added?)\b.{0,30}\b(?:users?|keys?|roles?|accounts?|polic(?:y|ies)|functions?)|(?:users?|keys?|roles?|accounts?|polic(?:y|ies)|functions?)\b.{0,30}\b(?:created?|added))\b/i,
  tampering:
    /\b(tamper\w*|(?:cover|hid|hide|hiding)\b.{0,20}\btracks?|logging|evasion|(?:logs?|trail)\b.{0,20}\b(?:off|deleted|stopped|disabled))\b/i,
  related:
    /\b(related|similar|precedents?|past cases?|(?:last|previous|earlier|other) (?:cases?|time|incidents?)|previous(?:ly)? (?:cases?|alerts?|seen)|other (?:alerts?|cases?)|seen (?:this|it|that) before)\b/i,
  same: /\bsame (?:person|one|actor|people|hand|attacker|intruder|user)\b|\bone (?:person|actor|attacker)\b|\b(?:insider|owner) or\b/i,
  manager:
    /\b(?:manager|managers|management|boss|c[efiot]o|ciso|executives?|board|press|lawyers?|customers?|non.?technical|plain (?:words|english|language)|layman)\b/i,
  shorter: /\b(?:shorten|shorter|condense|trim|cut (?:down|back)|more concise|tl;?dr|too long)\b/i,
  entry:
    /\bhow (?:did|was|were|could|has|have)\b.{0,40}\b(?:get|got|gotten|come|came|enter(?:ed)?|gain(?:ed)?|compromised|breached|infected|hacked|break|broke)\b|\b(?:way in|initial access|root cause|patient zero|entry vector|attack vector)\b/i,
  over: /\b(?:over|finished|ongoing|on ?going|still (?:there|in|active|going|happening|running|inside)|(?:are|is) (?:they|he|she|it) gone|stopped|contained|did it (?:stop|end))\b/i,
  taken:
    /\b(?:take|took|taken|steal|stole|stolen|exfiltrat\w*|walk(?:ed)? (?:out|away|off) with|(?:leave|left) (?:the|our) (?:company|network|organi[sz]ation))\b/i,
  exercise:
    /\b(?:pen.?test\w*|red.?team\w*|exercise|drill|simulat\w+|planned|change (?:window|ticket|request)|maintenance|our own (?:scan|scanner|test))\b/i,
  affected:
    /\b(?:affected|impacted|victims?|blast radius|scope of)\b|\bhow many (?:machines?|hosts?|servers?|computers?|devices?|workstations?|accounts?|users?|people|identities)\b|\bwhich (?:machines?|hosts?|servers?|computers?|accounts?|users?) (?:are|were|is|was) (?:affected|hit|encrypted|infected|compromised|reached)\b/i,
  next: /\b(what (?:should|do|can|must) (?:we|i)|next steps?|recommend\w*|contain(?:ment)?|remediat\w*|respon(?:d|se)|do (?:now|first))\b/i,
};
/** What the findings answer without a change to the report. */
const DIRECT: Intent[] = [
  ...(['why', 'start', 'outcome', 'persistence', 'tampering', 'related', 'next'] as const),
  ...(['same', 'manager', 'shorter', 'entry', 'over', 'taken', 'exercise', 'affected'] as const),
];

export function readCoaching({ instruction, coaching }: Pick<CaseFile, 'instruction' | 'coaching'>): Coaching {
  const named = instruction === null || !coaching ? undefined : ONE_CLICK[coaching.replace(/^\d+-/, '')];
  const asks = (intent: Intent): boolean =>
    instruction !== null && (named ? named.includes(intent) : WORDS[intent].test(instruction));
  const read = Object.fromEntries(INTENTS.map((intent) => [intent, asks(intent)])) as Record<Intent, boolean>; // one of each
  const unclear = instruction !== null && !Object.values(read).some(Boolean);
  // "When did they create the first key?" is answered by the findings: words such as "key" widen nothing then.
  const isDirect = !named && DIRECT.some((intent) => read[intent]);
  const only = isDirect ? { wider: false, others: false, around: false } : {};
  // "How did they get in" asks for the way, not whether it worked or when.
  const way = !named && read.entry ? { outcome: false, start: false } : {};
  const taken = !named && read.taken ? { data: false } : {};
  // "What should I tell the board" is answered with what to do, and "when did it end" with the beginning.
  const once = named ? {} : { next: read.next && !read.manager, over: read.over && !read.start };
  const affected = !named && read.affected ? { others: false } : {};
  // "Compare with the last case" asks for no baseline, and "for my manager" for no list of reads.
  const told = !named && (read.related || read.manager || read.shorter) ? { baseline: false, data: false } : {};
  return { instruction, ...read, ...only, ...told, ...way, ...taken, ...once, ...affected, unclear };
}

export const NOT_UNDERSTOOD =
  'The built-in analyst has no language model and could not tell what this asks for, so it changed nothing. It can look up a name, address or key that you mention; say why, when, how they got in, whether it is over, what was taken, what succeeded, what lets them back in, whether it is one person and what to do next; tell it in plain words; shorten its own summary; and do what the quick prompts say. A language model takes any instruction.';

/** What was done about the instruction, in words. */
export function coachingNote(coaching: Coaching): string[] {
  if (coaching.instruction === null) return [];
  if (coaching.unclear) return [];
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
