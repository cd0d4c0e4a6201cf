/** What an instruction asks for, as far as keywords tell. */
export type Coaching = {
  instruction: string | null;
  wider: boolean;
  others: boolean;
  data: boolean;
  baseline: boolean;
  refute: boolean;
  /** Nothing in the instruction was recognised: a deeper pass is made, and the report says so. */
  unclear: boolean;
};

const INTENTS: { [Intent in 'wider' | 'others' | 'data' | 'baseline' | 'refute']: RegExp } = {
  wider:
    /\b(wid(er|en)|longer|earlier|before|after|days?|weeks?|hours?|window|range|timeline|history|look back|extend|period|since)\b/i,
  others:
    /\b(others?|else|who|users?|accounts?|people|peers?|colleagues?|identit|address(es)?|ips?|keys?|shared?|lateral|insiders?|roles?)\b/i,
  data: /\b(data|download|exfil\w*|files?|objects?|buckets?|volume|bytes|read|access(ed)?|secrets?|stolen|leak\w*|theft)\b/i,
  baseline: /\b(baseline|normal|usual|routine|typical|habit|first.?seen|rare|compare|often|regular)\b/i,
  refute:
    /\b(refute|disprove|benign|false positive|innocent|explain|legitimate|authori[sz]ed|alternative|hypothes[ei]s|sure|doubt|challenge|wrong|why)\b/i,
};

export function readCoaching(instruction: string | null): Coaching {
  const asks = (intent: keyof typeof INTENTS): boolean => instruction !== null && INTENTS[intent].test(instruction);
  const read = {
    wider: asks('wider'),
    others: asks('others'),
    data: asks('data'),
    baseline: asks('baseline'),
    refute: asks('refute'),
  };
  const unclear = instruction !== null && !Object.values(read).some(Boolean);
  return { instruction, ...read, ...(unclear ? { wider: true, others: true } : {}), unclear };
}

/** What was done about the instruction, in words. */
export function coachingNote(coaching: Coaching): string[] {
  if (coaching.instruction === null) return [];
  if (coaching.unclear) {
    return [
      'The built-in analyst has no language model and could not tell what the instruction asks for. It made a deeper pass instead: a wider window and everybody on the same addresses.',
    ];
  }
  return [
    coaching.wider ? 'Widened the window to three days before and seven days after.' : '',
    coaching.others ? 'Took in everybody who shares a key or address, crowded addresses included.' : '',
    coaching.data ? 'Put the data that was read first, with its volumes and its other readers.' : '',
    coaching.baseline ? 'Listed each notable action with its baseline.' : '',
    coaching.refute
      ? 'Listed what speaks against the favoured hypothesis, and what would have to be true for it to be wrong.'
      : '',
  ].filter(Boolean);
}
