import { findTime } from '../find-time';
import { readSplitTime, readTime } from '../read-time';
import type { Format } from './format';
import { keyValues, lineFormat, separatedPairs } from './lines';
import { textDateOrder } from './text-dates';

const PAIR = /(?:^|\s)[A-Za-z_@][\w.@/-]*=(?:"(?:[^"\\]|\\.)*"|\S*)/g;
const TIME_NAMES = ['eventtime', 'time', 'ts', 'timestamp', '@timestamp', 'datetime', 't', 'date', 'devTime', 'rt'];

/** FortiGate's `eventtime` in nanoseconds, more exact than its date and time. */
const exactTime = (text: string | undefined): number | undefined => (text?.length === 19 ? readTime(text) : undefined);

/** Lines of `key=value` pairs: logfmt, FortiGate and other firewalls. */
export const keyValueLines: Format = lineFormat({
  id: 'key-value',
  timeField: 'time',
  keepsLine: true,
  stamp: (fields) => (fields.tz || fields.eventtime ? null : (fields.time ?? fields.date ?? fields.ts)),
  parser: (head) => (line) => {
    const body = line.replace(/^<\d{1,3}>\s*/, '');
    const covered = [...body.matchAll(PAIR)].reduce((sum, match) => sum + match[0].length, 0);
    const fields = keyValues(body);
    if (Object.keys(fields).length < 3 || (covered < body.trim().length * 0.7 && !separatedPairs(body))) return null;
    const time =
      exactTime(fields.eventtime) ??
      readSplitTime(fields.date, fields.time, fields.tz, undefined) ??
      TIME_NAMES.map((name) => readTime(fields[name])).find((micros) => micros !== undefined);
    // Some write the time before the pairs, without a name.
    return { fields, time: time ?? findTime(line, head.mtimeMs, textDateOrder(head)) ?? null };
  },
});
