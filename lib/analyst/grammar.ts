/** Verbs that detection rules begin their summary with, in the infinitive. A rule with another verb is told by its title. */
const VERBS =
  'access add allow ask assign assume bind bring buy bypass call change clear copy create cut deactivate delete destroy detach disable download drop dump elevate enable encode encrypt enrol enumerate exclude execute export extract fetch forward gain generate get give grant hide impersonate inject install invite invoke leave let list load lock look make modify move open push put query reach read register remove rename replace request reset restore retrieve revoke run schedule send set share sign spawn start stop suppress suspend switch take terminate touch transfer trigger turn unlock update upload use verify weaken write'.split(
    ' ',
  );
const IRREGULAR: Record<string, string> = {
  bind: 'bound',
  bring: 'brought',
  buy: 'bought',
  cut: 'cut',
  get: 'got',
  give: 'gave',
  hide: 'hid',
  leave: 'left',
  let: 'let',
  make: 'made',
  put: 'put',
  read: 'read',
  reset: 'reset',
  run: 'ran',
  send: 'sent',
  set: 'set',
  spawn: 'spawned',
  take: 'took',
  write: 'wrote',
};
const DOUBLED = new Set(['stop', 'enrol', 'transfer', 'drop']);

/** The past tense of a verb of the list. */
function past(verb: string): string {
  if (IRREGULAR[verb]) return IRREGULAR[verb];
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  return DOUBLED.has(verb) ? `${verb}${verb.at(-1)}ed` : `${verb}ed`;
}

const BASES = new Map(VERBS.map((verb) => [past(verb), verb]));

/**
 * "stopped the logging of a trail" as what somebody tries: "stop the logging of a trail". Also of two verbs ("removed or weakened
 * a safeguard"). A phrase that begins with no known verb is quoted after "do this:".
 */
export function attempted(did: string): string {
  const words = did.split(' ');
  const base = BASES.get(bare(words[0]));
  if (!base) return `do this: ${did}`;
  let inVerbs = true;
  return words
    .map((word, at) => {
      const verb = BASES.get(bare(word));
      const joins = /^(?:or|and|then)$/.test(word);
      if (!inVerbs || (!verb && !joins)) {
        // A second verb after its own object ("deleted a trail, stopped a log and read a key") follows a comma or an "and".
        const after = words[at - 1] ?? '';
        inVerbs = false;
        return verb && (/^(?:and|or)$/.test(after) || after.endsWith(',')) ? word.replace(bare(word), verb) : word;
      }
      return verb ? word.replace(bare(word), verb) : word;
    })
    .join(' ');
}

/** Whether somebody can try in vain to do it: "was denied sign-ins" and "refused a push" are outcomes themselves. */
export const canBeTried = (did: string): boolean => BASES.has(bare(did.split(' ')[0]));

const bare = (word = ''): string => word.toLowerCase().replace(/[^a-z]/g, '');

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
