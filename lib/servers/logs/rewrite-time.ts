/** Forms of times that few programs write, as those that `readTime` knows. Each is tried only where nothing else fits. */
const FORMS: [RegExp, string | ((...groups: string[]) => string)][] = [
  // The number of an audit event stands behind its time (laurel's `ID`).
  [/^(1\d{9}\.\d{3}):\d+$/, '$1'],
  // `… (UTC+01:00)`: a zone in parentheses.
  [/^(.+\d(?: ?[AP]M)?) \((?:UTC|GMT)?([+-]\d{2}):?(\d{2})\)$/i, '$1 $2:$3'],
  [
    /^(.+\d(?: ?[AP]M)?) \((?:UTC|GMT)([+-])(\d)(?::(\d{2}))?\)$/i,
    (_all, time = '', sign = '', hour = '', minute = '00') => `${time} ${sign}0${hour}:${minute}`,
  ],
  // Counts by the hour.
  [/^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3])Z?$/, '$1T$2:00:00Z'],
  // JavaScript: `… GMT+0100 (Central European Standard Time)`.
  [/^(.+ (?:GMT|UTC)?[+-]\d{2}:?\d{2}) \([^()]+\)$/, '$1'],
  // Go: `… +0000 UTC m=+0.1`.
  [/^(.+ [+-]\d{4}) (?:[A-Z]{3,4}|[+-]\d{2})(?: m=\S+)?$/, '$1'],
  // Java: `…+01:00[Europe/Berlin]`.
  [/^(.+(?:Z|[+-]\d{2}:?\d{2}))\[[\w/+-]+\]$/, '$1'],
  [/^(?:UTC|GMT) (\d.+\d)$/, '$1 UTC'],
  [/^(\d.+\d) (?:UTC|GMT)([+-])(\d)$/, '$1 $20$3:00'],
  [/^(\d{4})年(\d{1,2})月(\d{1,2})日\s*(\d.*)$/, '$1-$2-$3 $4'],
  [
    /^(\d{4})\. (\d{1,2})\. (\d{1,2})\. (오전|오후) (\d.*)$/,
    (_all, year, month, day, half, clock) => `${year}-${month}-${day} ${clock} ${half === '오전' ? 'AM' : 'PM'}`,
  ],
  // Git and Oracle write the zone behind the year.
  [/^(\w{3} \w{3} +\d{1,2} [\d:.]+) (\d{4}) ([+-]\d{2}:?\d{2})$/, '$1 $3 $2'],
  // The day's number in its year (ISO 8601, mainframes).
  [
    /^(\d{4})[-.](\d{3})([T ]\d{1,2}:.+)$/,
    (_all, year = '', day = '', clock = '') =>
      Number(day) >= 1 && Number(day) <= 366
        ? `${new Date(Date.UTC(Number(year), 0, Number(day))).toISOString().slice(0, 10)}${clock}`
        : '',
  ],
  // Db2 and Oracle write points between hours, minutes and seconds.
  [/^(\d{4}-\d{2}-\d{2})-(\d{2})\.(\d{2})\.(\d{2})(\.\d{1,9})?$/, '$1 $2:$3:$4$5'],
  [
    /^(\d{2}-[A-Z]{3}-\d{2,4}) (\d{1,2})\.(\d{2})\.(\d{2})(\.\d{1,9})?( [AP]M)?( [+-]\d{2}:\d{2})?$/i,
    '$1 $2:$3:$4$5$6$7',
  ],
];

/** The text of a time in a usual form; null: it is in none of these. */
export function rewriteTime(text: string): string | null {
  for (const [pattern, form] of FORMS) if (pattern.test(text)) return text.replace(pattern, form as string); // both kinds of replacement are taken
  return null;
}
