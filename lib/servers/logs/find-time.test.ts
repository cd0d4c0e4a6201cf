import { expect, test } from 'vitest';
import { findTime } from './find-time';
import { parseSyslog } from './formats/syslog';
import { isoMicros } from './to-json';

const BEFORE = Date.UTC(2024, 2, 5);
const NINE = '2024-03-04T09:00:00.000Z';

test.each([
  ['2024-03-04 10:00:00 CET INFO started', NINE],
  ['2024-03-04 01:00:00.000 -08 [12] LOG:  connection received', NINE],
  ['2024-03-04 10:00:00.000000000 +0100 CET m=+0.001 started', NINE],
  ['2024-03-04 10:00:00 (UTC+01:00) login', NINE],
  ['[04-Mar-2024 10:00:00 Europe/Paris] PHP Warning: x', NINE],
  ['[04-Mar-2024 09:00:00 UTC] PHP Warning: x', NINE],
  ['03-04-2024 04:00:00.000 -0500 INFO  TcpOutputProc - connected', NINE],
  ['04.03.24 09:00:00 Anmeldung', NINE],
  ['4 mars 2024 à 09:00:00 connexion', NINE],
  ['Mar 04, 2024 04:00:00 EST login', NINE],
  ['eve pts/0 192.0.2.1 Mon Mar  4 09:00 - 09:30  (00:30)', NINE],
  // A word that is no zone, and a range of hours, are no offset.
  ['2024-03-04 09:00:00 INFO started', NINE],
  ['2024-03-04 09:00:00 DATA -08', NINE],
  ['04.03.2024 09:00-10:30 meeting', NINE],
  ['2024-03-04 09:00:00 -50 degrees', NINE],
])('%s', (line, expected) => {
  const time = findTime(line, BEFORE);
  expect(time === undefined ? null : isoMicros(time)).toBe(expected);
});

test.each([
  ['<13>Mar  4 10:00:00 +0100 web1 app[1]: hi', NINE, 'web1'],
  ['<166>Mar 04 2024 04:00:00 EST: %ASA-6-302013: Built', NINE, undefined],
  ['Mar  4 10:00:00 CET web1 app[1]: hi', NINE, 'web1'],
  ['2024-03-04 10:00:00 CET web1 app[1]: hi', NINE, 'web1'],
  ['Mar  4 09:00:00 WEB app[1]: hi', NINE, 'WEB'],
  ['<13>Mar  4 09:00:00 SAST: %SYS-5-CONFIG_I: Configured', NINE, undefined],
])('syslog: %s', (line, expected, host) => {
  const parsed = parseSyslog(line, BEFORE, { record: () => {}, unparsable: () => {}, note: () => {} });
  expect(parsed?.time ? isoMicros(parsed.time) : null).toBe(expected);
  expect(parsed?.fields.host).toBe(host);
});
