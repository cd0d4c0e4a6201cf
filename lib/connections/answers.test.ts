import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../text/exact-json';
import { partText } from './answer-content';
import { hasMore, jsonOf, structuredAnswer } from './answer-table';
import { isInBandFailure } from './in-band-failure';

const fails = (text: string) => isInBandFailure(jsonOf([text]), [text]);

describe('a failure inside a success', () => {
  it.each([
    '{"success":false,"message":"Request failed (HTTP 403)"}',
    '{"success":false,"message":"no","alerts":[],"total_alerts":0}',
    '{"ok":false,"error":"channel_not_found"}',
    '{"error":"Failed to get file report: 404"}',
    '[{"error":"Failed to search detections","details":{"errors":[{"code":403}]}}]',
    '{"results":[{"type":"error","data":{"message":"Unknown column [x]"}}]}',
    '{"results":[{"type":"query","data":{"esql":"FROM x"}},{"type":"error","data":{"message":"line 1:6"}}]}',
    '{"result":"Error retrieving alerts: permission denied"}',
    '{"statusCode":403,"error":"Forbidden","message":"missing privilege"}',
    '{"errors":[{"message":"Cannot query field"}],"data":null}',
    '{"status":"error","message":"no such index"}',
    'Error: index_not_found_exception',
    'Error retrieving security alerts: 403 Permission denied',
    "Tool 'get_ip_report' execution failed: VirusTotal API error: Quota exceeded",
    'Failed to get alerts: connect ECONNREFUSED',
    'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: a\n\n\n\nKeyError',
  ])('%s', (text) => expect(fails(text)).toBe(true));

  it.each([
    ['a login that failed', '{"success":false,"user":"ana","ip":"203.0.113.9","message":"wrong password"}'],
    ['an event with an error', '{"eventName":"GetObject","error":"AccessDenied","user":"ana"}'],
    ['rows of type error', '{"results":[{"type":"error","host":"web-1","count":5}]}'],
    ['errors beside data', '{"errors":[{"message":"partial"}],"data":{"alerts":[1]}}'],
    ['a success', '{"success":true,"error":null,"alerts":[]}'],
    ['no rows', '{"results":[]}'],
    ['an empty list', '[]'],
    ['a log line', 'Failed password for root from 203.0.113.9 port 22 ssh2'],
    ['an error log', `ERROR worker stopped\n${'ERROR worker stopped\n'.repeat(20)}`],
    ['prose', 'Errors are rare in this index. Forbidden words do not matter.'],
  ])('not %s', (_, text) => expect(fails(text)).toBe(false));
});

const table = (...texts: string[]) => structuredAnswer(jsonOf(texts), texts);

describe('an answer as rows', () => {
  it('from columns and values, among typed results', () => {
    const data = { query: 'FROM a', columns: [{ name: 'host', type: 'keyword' }, { name: 'n' }], values: [['w1', 2]] };
    const results = [
      { type: 'query', data: { esql: 'FROM a' } },
      { type: 'esql_results', data },
    ];
    expect(table(JSON.stringify({ results }))).toEqual({ query: 'FROM a', columns: ['host', 'n'], rows: [['w1', 2]] });
  });

  it('from the one list of records, with the facts beside it', () => {
    const answer = table('{"success":true,"alerts":[{"id":"a"},{"id":"b","sev":"HIGH"}],"has_next_page":true}');
    expect(answer).toMatchObject({
      columns: ['id', 'sev'],
      rows: [
        ['a', null],
        ['b', 'HIGH'],
      ],
      success: true,
    });
    expect(hasMore(answer)).toBe(true);
    expect(hasMore(table('{"alerts":[{"id":"a"}],"has_next_page":false,"next_cursor":""}'))).toBe(false);
  });

  it('from CSV, quotes and line breaks included; a cursor is no column', () => {
    expect(table('MsgID,Text,Cursor\n1,"a, ""b""\nc",\n2,d,bmV4dA==\n')).toEqual({
      nextCursor: 'bmV4dA==',
      columns: ['MsgID', 'Text'],
      rows: [
        ['1', 'a, "b"\nc'],
        ['2', 'd'],
      ],
    });
    expect(table('Hello, analyst\nThis is, all in all, prose')).toBeNull();
  });

  it('from a Markdown table, with the rest as notes', () => {
    expect(table('## Hosts\n| host | n |\n|---|--:|\n| w1 | 2 |\n| w2 | 3 |\nDone.')).toEqual({
      notes: ['## Hosts', 'Done.'],
      columns: ['host', 'n'],
      rows: [
        ['w1', '2'],
        ['w2', '3'],
      ],
    });
  });

  it('from one text for each record, and from blocks of one text', () => {
    const rows = [
      ['1', '5'],
      ['2', '7'],
    ];
    expect(table('Total results: 2', 'Alert ID: 1\nLevel: 5', 'Alert ID: 2\nLevel: 7')).toEqual({
      notes: ['Total results: 2'],
      columns: ['Alert ID', 'Level'],
      rows,
    });
    expect(table('Alert ID: 1\nLevel: 5\n\nAlert ID: 2\nLevel: 7')).toEqual({ columns: ['Alert ID', 'Level'], rows });
    expect(table('One paragraph.\n\nAnother one: with a colon.')).toBeNull();
  });

  it('keeps integers that a number can’t hold', () => {
    expect(
      parseExactJson('{"t":1764366000123456789,"n":12,"f":1.5,"s":"x 1764366000123456789","e":[-9223372036854775808]}'),
    ).toEqual({ t: '1764366000123456789', n: 12, f: 1.5, s: 'x 1764366000123456789', e: ['-9223372036854775808'] });
  });
});

describe('a part of an answer', () => {
  const blob = Buffer.from('{"a":1}').toString('base64');
  it.each([
    [
      { type: 'resource', resource: { uri: 'repo://o/r/a.txt', mimeType: 'text/plain', text: 'hello' } },
      /a\.txt.*\nhello$/,
    ],
    [{ type: 'resource', resource: { uri: 'repo://a.json', mimeType: 'application/json', blob } }, /\n\{"a":1\}$/],
    [{ type: 'resource', resource: { uri: 'repo://a.png', mimeType: 'image/png', blob } }, /a\.png.*7 bytes, not text/],
    [
      { type: 'resource_link', uri: 'repo://o/r/big.log', name: 'big.log', size: 9 },
      /^\[link big\.log, 9 bytes: repo:/,
    ],
  ])('%j', (part, text) => expect(partText(part as never)).toMatch(text));
});
