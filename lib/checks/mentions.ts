import { asksSource } from '../evidence/source-calls';
import type { CheckContext } from './context';
import { type EvidenceEvent, eventsOf } from './events';
import { type EvidenceIndex, squash } from './evidence-index';
import { IPV4 } from './indicators';
import { numberWordsIn } from './number-words';
import { outcomeAbout, withoutOutcomes } from './outcome-words';
import { cellUnder, eventsAbout, isTimelineRow, statementsOf } from './statements';
import type { SaidTime } from './times';

/**
 * What a phrase says happened, found by its own words: `the last refusal`, `a new factor was activated`. `said`: the events that
 * have nearly all of them; `also`: those that have any, which speak for a sentence and never against it.
 */
export type Mention = {
  said: EvidenceEvent[];
  also: EvidenceEvent[];
  end: 'first' | 'last' | null;
  /** Whether those that are said have all of its words. */
  isWhole: boolean;
  /** How many words were compared. */
  words: number;
};

/** Words that say nothing of what happened. */
const SILENT = new Set(
  `act acts active count counts still well the this that these those its his her their she they them him who
   which what when where there then than one ones each all both every any some other others another same own
   such very more most much many few least less only just even again already also too soon once twice later
   earlier before after until since while during within between about around over under near from into onto
   with without for and but nor not was were been being are has had have having did does done can will would
   could should may might must came come comes went goes going got get gets made makes make take took takes put
   happened happens happen occurred began begin begins ended lies lay account user users person people somebody
   someone anybody attacker intruder adversary actor caller owner victim attack activity event events thing
   things time times moment day days night evening morning afternoon noon minute minutes second seconds hour
   hours week weeks month months today log logs evidence record records case alert alerts report line row rows
   number total whole nothing nobody none never always new old fresh usual first last earliest latest next
   previous final out off down request requests attempt attempts try tries tried call calls called step steps
   prompt prompts notification notifications message messages action actions sent send sends whoever way place
   january february march april june july august september october november december monday tuesday wednesday
   thursday friday saturday sunday`.split(/\s+/),
);

/** Words of reports, and what logs call the same; looked for in what an event is called. */
const SAME: [RegExp, RegExp][] = [
  [
    /^(?:start|launch|spawn|ran$|run$|runs$|running|execut|invok)/,
    /process[_ ]?creat|create process|execve|runinstances|^start|invoke/,
  ],
  [/^(?:connect|beacon|contact|communicat|callback|reach)/, /network connection|connect|flow/],
  [/^(?:drop|wrote$|written$|write|plac|sav|creat|appear)/, /file[_ ]?creat|putobject|upload/],
  [/^(?:look|resolv|lookup|quer)/, /dns/],
  [/^(?:access|read$|reads$|open|dump|touch)/, /access(?:ed)?$|process accessed|access process|4663|4656/],
  [/^(?:pass|approv|confirm|complet|accept)/, /auth_via_mfa/],
  [
    /^(?:sign|log|logon|login|logged|signed|authenticat|password)/,
    /login|sign-?in|logon|session\.start|authentication|auth_via|accepted/,
  ],
  [/^reads?$/, /objects?\.get$|getobject|get\.object|mailitemsaccessed/],
  [/^(?:clon|cop(?:y|ied|ies))/, /clone/],
  [/^open/, /sso$/],
  [/^(?:application|app|apps|applications)$/, /sso|application|oauth/],
  [/^(?:elevat|promot|right|rights|privilege|admin|role)/, /privilege|polic|role|grant|assign/],
  [/^(?:enrol|regist|add|activat)/, /factor\.activate|enroll|register|security info|mfadevice/],
  [/^(?:remov|delet|strip|reset|wip|eras)/, /delete|remove|deactivate|reset|revoke/],
  [/^(?:silenc|switch|stop|disabl|halt|turn)/, /stop|disable|delete.*trail|eventselector/],
  [/^(?:download|fetch|pull|cop|exfiltrat|stole)/, /download|getobject|get\.object/],
  [/^(?:shar|expos)/, /share|change_user_access|visibility|modify.*attribute|putbucketpolicy/],
  [
    /^(?:give|gave|given|issu|hand|mint|obtain|receiv)/,
    /create.*(?:key|token)|grant|attach|setiampolicy|addmember|role/,
  ],
  [/^(?:consent|permission)/, /consent|permission|oauth2/],
  [/^(?:factor|mfa)/, /mfa|factor|authenticator/],
  [/^(?:task|persist)/, /task|schtasks|cron/],
  [/^(?:clear|wip)/, /clear log|cleared|1102|wevtutil/],
];

/** Tokens of one record's rows, each with the rows that have it. */
type Tokens = Map<string, EvidenceEvent[]>;
const tokensRead = new WeakMap<EvidenceIndex, Tokens>();
/** What a rule calls what it found says what happened, as an action's name does. */
const TITLE = /^(?:rule|title|detection|signature)(?:_?name)?$/i;
/** Rows of a record that are read word by word. */
const MAX_ROWS = 500;
const MAX_CELL = 3000;

function tokensOf(record: EvidenceIndex): Tokens {
  const known = tokensRead.get(record);
  if (known) return known;
  const found: Tokens = new Map();
  for (const event of asksSource(record.call.tool) ? eventsOf(record).slice(0, MAX_ROWS) : []) {
    if (event.times.length === 0) continue;
    const texts = event.row.cells.flatMap((cell) => {
      if (typeof cell !== 'string' || cell.length > MAX_CELL || /^\d{4}-\d\d-\d\d/.test(cell)) return [];
      // Who acted is no word for what was done.
      return event.actors.includes(cell.trim().toLowerCase()) ? [] : [cell];
    });
    const words = new Set([...texts, ...event.actions].flatMap(wordsOf));
    for (const word of words) {
      const list = found.get(word);
      if (list) list.push(event);
      else found.set(word, [event]);
    }
    const titles = event.row.cells.flatMap((cell, at) =>
      typeof cell === 'string' && TITLE.test(event.columns[at] ?? '') ? [cell.toLowerCase()] : [],
    );
    for (const action of [...event.actions, ...titles]) {
      const list = found.get(`=${action}`);
      if (list) list.push(event);
      else found.set(`=${action}`, [event]);
    }
  }
  tokensRead.set(record, found);
  return found;
}

const toldRead = new WeakMap<CheckContext, Tokens>();
const SAID_IN = /action|event|what|activity|description|step/i;
/** A row of a timeline that stands for more says nothing of each. */
const MAX_TOLD = 12;

/** What the report's own timeline calls the events of its rows: its author says the same in prose by the same words. */
function toldTokens(context: CheckContext): Tokens {
  const known = toldRead.get(context);
  if (known) return known;
  const sets = new Map<string, Set<EvidenceEvent>>();
  for (const statement of statementsOf(context).statements) {
    const cell = isTimelineRow(statement) ? cellUnder(statement.block, SAID_IN) : null;
    const events = cell ? eventsAbout(statement).filter(({ times }) => times.length > 0) : [];
    if (!cell || events.length > MAX_TOLD) continue;
    for (const word of contentWords(cell.text)) {
      const own = sets.get(word) ?? new Set<EvidenceEvent>();
      for (const event of events) own.add(event);
      sets.set(word, own);
    }
  }
  const found: Tokens = new Map([...sets].map(([word, events]) => [word, [...events]]));
  toldRead.set(context, found);
  return found;
}

/** `CreateAccessKey` and `user.mfa.factor.activate` word by word, in lower case. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\d]{2,}/gu) ?? [];

/** A word without its ending: `activated` and `activation` are one. */
function stemOf(word: string): string {
  const stem = word.replace(/(?:ations?|ions?|als?|ings?|ed|es|e|s)$/, '');
  return stem.length >= 4 ? stem : word;
}

const stemsRead = new WeakMap<CheckContext, Map<string, Set<EvidenceEvent>>>();

/** The events of the case that have a word, or what logs call it. */
function eventsWith(context: CheckContext, word: string, isTold: boolean): Set<EvidenceEvent> {
  const cache = stemsRead.get(context) ?? new Map<string, Set<EvidenceEvent>>();
  stemsRead.set(context, cache);
  const key = `${isTold} ${word}`;
  const known = cache.get(key);
  if (known) return known;
  const found = new Set<EvidenceEvent>();
  const stem = stemOf(word);
  const same = SAME.filter(([words]) => words.test(word)).map(([, names]) => names);
  for (const tokens of [...context.all.map(tokensOf), ...(isTold ? [toldTokens(context)] : [])]) {
    for (const [token, events] of tokens) {
      const isIt = token.startsWith('=')
        ? same.some((names) => names.test(token.slice(1)))
        : stem.length >= 4
          ? token.startsWith(stem) || token.endsWith(word)
          : token === word || (word.length === 3 && (token.endsWith(word) || token.endsWith(`${word}s`)));
      if (isIt) for (const event of events) found.add(event);
    }
  }
  cache.set(key, found);
  return found;
}

/** How many words of a text each event has, by itself or by what logs call it; words that say nothing, and those of most events, are none. */
export function wordsShared(context: CheckContext, text: string, events: EvidenceEvent[]): Map<EvidenceEvent, number> {
  const found = new Map<EvidenceEvent, number>();
  for (const word of contentWords(text)) {
    const having = eventsWith(context, word, true);
    const own = events.filter((event) => having.has(event));
    if (own.length === 0 || (own.length > 2 && own.length > 0.7 * events.length)) continue;
    for (const event of own) found.set(event, (found.get(event) ?? 0) + 1);
  }
  return found;
}

/** The words of a text that may say what happened. */
function contentWords(text: string): string[] {
  const bare = withoutNumbers(
    withoutOutcomes(text)
      .replace(/\[E[^\]]*\]|`[^`]*`/g, ' ')
      .replace(/\[([.@:])\]/g, '$1')
      .replace(NAME, ' '),
  );
  return [...new Set(bare.toLowerCase().match(/\p{L}[\p{L}\d]*/gu) ?? [])].filter(
    (word) => word.length > 2 && !SILENT.has(word) && !/ly$|\d/.test(word),
  );
}

/** Names that systems give say who and what, not what was done: `svc-backup2`, `lena.vogt`, `CONTOSO\lena`. A program's name does. */
const NAME = /(?<![\p{L}\p{N}])(?!\w+\.exe\b)(?=\S{0,80}[\d._@\\/])[\p{L}\p{N}]+(?:[-._@\\/:]+[\p{L}\p{N}]+)+/gu;

const withoutNumbers = (text: string): string =>
  numberWordsIn(text).reduceRight((rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`, text);

/** Words of a phrase that are compared. */
const MAX_WORDS = 8;

const mentions = new WeakMap<CheckContext, Map<string, Mention | null>>();

/** What a phrase says happened; null where its words don't say which events. `isTold`: also by the words of the report's timeline. */
export function mentionIn(context: CheckContext, phrase: string, isTold = false): Mention | null {
  const cache = mentions.get(context) ?? new Map<string, Mention | null>();
  mentions.set(context, cache);
  const key = `${isTold} ${phrase}`;
  const known = cache.get(key);
  const mention = known === undefined ? findMention(context, phrase, isTold) : known;
  cache.set(key, mention);
  return mention;
}

function findMention(context: CheckContext, phrase: string, isTold: boolean): Mention | null {
  const text = phrase.replace(/\[E[^\]]*\]/g, ' ').replace(/\[([.@:])\]/g, '$1');
  const outcome = outcomeAbout(text);
  const end = /\b(?:first|earliest)\b/i.test(text) ? 'first' : /\b(?:last|latest|final)\b/i.test(text) ? 'last' : null;
  const words = contentWords(text);
  const names = [...text.matchAll(/`([^`]{3,80})`/g)].map((match) => squash(match[1] ?? ''));
  // A short word alone may be the end of any other: `act` of `contract`.
  if (words.length > MAX_WORDS || (words.length === 1 && (words[0]?.length ?? 0) < 5)) return null;
  const counted = new Map<EvidenceEvent, number>();
  for (const word of words)
    for (const event of eventsWith(context, word, isTold)) counted.set(event, (counted.get(event) ?? 0) + 1);
  const most = Math.max(0, ...counted.values());
  const isSaid = words.length < 3 ? most === words.length : most >= Math.max(2, Math.ceil(words.length * 0.6));
  const byOutcome = (events: EvidenceEvent[]) =>
    outcome === 'failure' || outcome === 'success'
      ? events.filter((event) => event.outcome === outcome || event.outcome === 'mixed')
      : events;
  if (words.length === 0) return outcome === 'failure' ? ofOutcome(context, end) : null;
  if (!isSaid) return null;
  const all = [...counted.keys()];
  const having = all.filter((event) => counted.get(event) === most);
  const named = having.filter(({ row }) => names.some((name) => row.text.includes(name)));
  const said = byOutcome(named.length > 0 ? named : having);
  return said.length > 0 ? { said, also: all, end, isWhole: most === words.length, words: words.length } : null;
}

/** Whether some of the events that a mention says are of what is cited, or happened at a moment that it has. What only other records have may be another thing by the same words. */
export function isOfCited({ said }: Mention, cited: EvidenceEvent[]): boolean {
  const moments = new Set(cited.flatMap(({ times }) => times));
  return said.some((event) => cited.includes(event) || event.times.some((time) => moments.has(time)));
}

/** `the last refusal`: whatever failed. */
function ofOutcome(context: CheckContext, end: Mention['end']): Mention | null {
  const logs = context.all.filter(({ call }) => asksSource(call.tool));
  const said = logs.flatMap((record) =>
    eventsOf(record).filter(({ outcome, times }) => outcome === 'failure' && times.length > 0),
  );
  return said.length > 0 ? { said, also: [], end, isWhole: true, words: 0 } : null;
}

/** A moment, or a stretch of time in which events lie that no row shows one by one. */
export type Stretch = { from: number; to: number };

export const stretchOf = ({ times }: EvidenceEvent): Stretch => ({ from: times[0] ?? 0, to: times.at(-1) ?? 0 });

/** Whether a said time may lie in a stretch. */
export function covers({ from, to }: Stretch, time: SaidTime): boolean {
  if (!time.timeOfDay && !time.anyYear) return from < time.to && to >= time.from;
  const day = 86_400_000;
  const at = from - (from % day) + (time.from % day);
  return [at, at + day].some((one) => from < one + (time.to - time.from) && to >= one);
}

/** More rows than this say everything. */
const MAX_STRETCHES = 40;

/** When it may have been: of `the last` the latest of each record, else each event or burst; null where it may be anything. */
export function stretchesOf({ said, also, end }: Mention): { said: Stretch[]; all: Stretch[] } | null {
  const of = (events: EvidenceEvent[]): Stretch[] => {
    const found = new Map<string, Stretch>();
    for (const event of events) {
      const one = stretchOf(event);
      found.set(`${one.from} ${one.to}`, one);
    }
    return [...found.values()];
  };
  const ends = end === null ? withoutSummaries(of(said)) : endsOf(said, end);
  // Of different things (`the program was first run`) nothing says which of them is the first.
  const isAlike = new Set(said.flatMap(({ actions }) => actions[0] ?? [])).size <= 1;
  const others = end === null ? of(also) : isAlike ? [] : of(said);
  const all = withoutSummaries([...ends, ...others]);
  return ends.length > 0 && ends.length <= MAX_STRETCHES ? { said: ends, all: all.slice(0, 1000) } : null;
}

/** Longer ones only sum up, where shorter ones lie in them. */
const SUMMARY = 7_200_000;
const withoutSummaries = (all: Stretch[]): Stretch[] =>
  all.filter(
    ({ from, to }) =>
      to - from < SUMMARY ||
      !all.some((one) => one.from >= from && one.to <= to && (one.to - one.from) * 4 < to - from),
  );

/** The first or last moment of each session of a record's rows, and of those of each actor and address in it. */
function endsOf(events: EvidenceEvent[], end: 'first' | 'last'): Stretch[] {
  const groups = new Map<string, number[]>();
  for (const { record, actors, times, row } of events)
    for (const key of [
      `${record.call.number}`,
      ...actors.map((actor) => `${record.call.number} ${actor}`),
      ...row.cells.flatMap((cell) =>
        typeof cell === 'string' && IPV4.test(cell) ? [`${record.call.number} ${cell}`] : [],
      ),
    ])
      groups.set(key, [...(groups.get(key) ?? []), ...times]);
  const moments = [...groups.values()].flatMap((times) =>
    sessionsOf(times).map((own) => (end === 'first' ? Math.min(...own) : Math.max(...own))),
  );
  return [...new Set(moments)].map((at) => ({ from: at, to: at }));
}

/** An hour without any ends a session. */
const PAUSE = 3_600_000;
export function sessionsOf(times: number[]): number[][] {
  const sessions: number[][] = [];
  for (const time of [...times].sort((a, b) => a - b)) {
    const last = sessions.at(-1);
    if (last && time - (last.at(-1) ?? 0) < PAUSE) last.push(time);
    else sessions.push([time]);
  }
  return sessions;
}
