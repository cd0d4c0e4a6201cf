import type { Block } from '../blocks';
import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';
import { statementsOf } from '../statements';

/** An account's name of two words, as people are called in logs: `dana.kim`. */
const DOTTED = /(?<![\p{L}\p{N}_.:/@\\-])\p{Ll}{1,20}\.\p{Ll}{2,20}(?![\p{L}\p{N}_:/@\\(-]|\.\p{L})/gu;
/** Ends of files and of hosts, and what fields of events are called. */
const NO_PERSON =
  /\.(?:com|net|org|io|dev|example|local|internal|corp|lan|test|json|jsonl|log|csv|ya?ml|md|txt|exe|dll|ps|sh|py|js|ts|conf|cfg|service|timer|xml|html?|pdf|docx?|xlsx?|zip|gz|tar|key|pem|sql|db|sys|bat|vbs|lnk|tmp|so|get|list|create|delete|insert|update|patch|set|add|remove|read|write|start|stop)$|^(?:user|event|source|client|actor|target|outcome|request|response|account|process|file|host|network|dns|http|url|cloud|log|message|registry|device|session|policy|group|application|system|security|core|zone|iam|storage|compute|i|e|cf|vs|etc)\./;
/** Accounts of the case that are called so; without any nothing is sure. */
const ENOUGH = 1;

/** `priya.nair`, in a case whose accounts are all called so, and of which no evidence has this one. */
export function checkStrangers(context: CheckContext): Finding[] {
  const { vocabulary } = statementsOf(context);
  const shaped = [...vocabulary.actors].filter((name) => new RegExp(`^(?:${DOTTED.source})$`, 'u').test(name));
  const isKnown = (value: string) => context.known.has(value) || context.all.some((record) => record.has(value));
  const seen = new Set<string>();
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || block.text.length > 8000) return [];
    const dotted = shaped.length < ENOUGH ? [] : [...block.text.matchAll(DOTTED)];
    return [
      ...dotted.map((match) => ({ value: match[0], start: match.index })),
      ...listedIn(block, isKnown),
      ...besideActor(block, vocabulary.actors, isKnown),
    ].flatMap(({ value, start }) => {
      if (NO_PERSON.test(value) || seen.has(value) || isKnown(value)) return [];
      seen.add(value);
      return [
        finding('entity', 'warning', placeOf(block, { start, end: start + value.length }), 'entity-unknown', {
          value,
        }),
      ];
    });
  });
}

const LIST = /`([\w.@-]{3,60})`((?:,? and |, | or )`([\w.@-]{3,60})`)+/g;
/** A name, and no command, file or option. */
const NAME = /^[a-z][\w-]{2,40}$/;

/** `` `postgres` and `backupd` ``: of a list in which every other name is of the case. */
function listedIn(block: Block, isKnown: (value: string) => boolean): { value: string; start: number }[] {
  return [...block.text.matchAll(LIST)].flatMap((match) => {
    const items = [...match[0].matchAll(/`([^`]+)`/g)].map((one) => ({
      value: one[1] ?? '',
      start: match.index + one.index + 1,
    }));
    const strange = items.filter(({ value }) => !isKnown(value));
    const [one, more] = strange;
    return one && !more && items.length > 1 && NAME.test(one.value) ? [one] : [];
  });
}

/** Two names of accounts in a list: letters with a mark between them. */
const BESIDE =
  /(?<![\p{L}\p{N}_.:/@\\`-])(\p{Ll}+[-._]\p{Ll}+)(?:, | and | or )(\p{Ll}+[-._]\p{Ll}+)(?![\p{L}\p{N}_:/@\\`-]|\.\p{L})/gu;
/** Words of English that are joined: `on-call`, `read-only`. */
const ENGLISH =
  /(?:^|[-_.])(?:up|in|out|off|on|over|only|based|like|level|wide|side|party|time|run|self|non|anti|multi|cross|re|pre|co|read|write|high|low|long|short|well|day|week|hour|end|by|to|of|the|and|call|known|made|used|owned|term)(?:$|[-_.])/;

/** `sofia-m and jens-weber`, of which one acts in the case and the other is in no evidence. */
function besideActor(
  block: Block,
  actors: ReadonlySet<string>,
  isKnown: (value: string) => boolean,
): { value: string; start: number }[] {
  return [...block.text.matchAll(BESIDE)].flatMap((match) => {
    const [whole, one = '', two = ''] = match;
    const strange = actors.has(one) ? two : actors.has(two) ? one : null;
    if (strange === null || isKnown(strange) || ENGLISH.test(strange)) return [];
    return [{ value: strange, start: match.index + (strange === one ? 0 : whole.length - two.length) }];
  });
}
