import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CanonicalAlert } from '../schema';
import { readAlerts } from './index';

const folder = path.resolve('fixtures/vendor-alerts');
// The file's content is checked by what the tests find in it.
const index = JSON.parse(fs.readFileSync(path.join(folder, 'index.json'), 'utf8')) as {
  file: string;
  source: string;
  product: string;
}[];

/** Whether a text has an indicator, found in another way than the product does: plain patterns over the raw text. */
const INDICATORS = [
  /\b(?!0\.0\.0\.0|127\.)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b(?!\/)/,
  /arn:aws:(?:iam|s3|sts|ec2|ssm|cloudtrail):[\w-]*:\d*:[\w/-]+/,
  /"(?:sha256|sha1|md5)(?:string)?": "(?=[0-9a-f]*[1-9a-f])[0-9a-f]{32,64}"/i,
  /"(?:accountid|cloud_account_id|awsaccountid)": "\d{8,}"/i,
  /"(?:host_?name|computer_?name|device_?name|dest|user_?name|userprincipalname)": "[^"<>]{2,}"/i,
  /[\w.]+@[\w-]+\.(?:com|org|net)/,
  /\bi-[0-9a-f]{8,17}\b/,
];
const TIME = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|"_?time(?:stamp)?": \d{9,}/i;

describe('the 57 vendor alerts', () => {
  it('are all listed, each under a source', () => {
    const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const documents = files.filter((file) => /^[^/]+\/.*\.json$/.test(file) && !file.startsWith('derived/'));
    expect(index.map((entry) => entry.file).sort()).toEqual(documents.sort());
    expect(index).toHaveLength(57);
  });

  for (const { file, source } of index) {
    it(`${file} is read with title, severity, time and its entities`, () => {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      const before = Date.now();
      const [alert, ...others] = readAlerts(source, text);
      expect(others).toEqual([]);
      if (!alert) throw new Error('no alert');
      expect(CanonicalAlert.safeParse(alert).success).toBe(true);
      expect(alert.source).toBe(source);
      // The title stands in the document; the severity is a level the document's own words or numbers give.
      expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(alert.title).slice(1, -1));
      const words = [
        ...text.matchAll(/"[\w.]*(?:severity|urgency|risk_?level)[\w.]*": "(?:E_)?(critical|high|medium|low|info)/gi),
      ].map((word) => (word[1] ?? '').toLowerCase());
      // A check that passed has the severity that it would have had.
      if (/"status_code": "PASS"/.test(text)) expect(alert).toMatchObject({ severity: 'informational' });
      else if (words.length > 0) expect(words).toContain(alert.severity.replace('informational', 'info'));
      expect(TIME.test(text)).toBe(true);
      expect(alert.occurredAt.getTime()).toBeLessThan(before);
      const year = alert.occurredAt.getUTCFullYear();
      expect(text.includes(String(year)) || /"time(stamp)?": \d{9,}/.test(text)).toBe(true);
      if (INDICATORS.some((pattern) => pattern.test(text))) expect(alert.entities.length).toBeGreaterThan(0);
      expect(alert.raw).toEqual(rawOf(JSON.parse(text)));
    });

    it(`${file} is recognised by the generic intake`, () => {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      expect(readAlerts('generic', text)).toEqual(readAlerts(source, text));
    });
  }

  it('derived ones are plain documents with the record they are about', () => {
    const derived = JSON.parse(fs.readFileSync(path.join(folder, 'derived/index.json'), 'utf8')) as {
      file: string;
      record: string;
    }[];
    expect(derived.length).toBeGreaterThanOrEqual(5);
    for (const { file, record } of derived) {
      const text = fs.readFileSync(path.join(folder, 'derived', file), 'utf8');
      const [alert] = readAlerts('generic', text);
      expect(alert).toMatchObject({
        source: 'generic',
        title: JSON.parse(text).title,
        severity: JSON.parse(text).severity,
      });
      expect(JSON.stringify(JSON.parse(text).event)).toContain(record);
      expect(alert?.entities.some((entity) => entity.kind === 'ip')).toBe(true);
    }
  });
});

/** A list of one, or an API answer around a list of one, is an envelope; the alert's document is what is in it. */
function rawOf(document: unknown): unknown {
  if (Array.isArray(document)) return document[0];
  const { Findings, events, metaData } = document as Record<string, unknown[]>;
  return Findings?.[0] ?? (metaData ? events?.[0] : undefined) ?? document;
}
