import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { factFindings } from '../checks/fact-findings';
import { applyFix } from '../checks/finding';
import { passagesOf } from '../checks/passages';
import { readEvidenceFile } from '../evidence/read-evidence-file';
import type { Model } from '../model/model';
import { readPassages } from './read-passages';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures');
const read = (file: string): string => fs.readFileSync(path.join(FIXTURES, file), 'utf8');
const Recorded = z.object({ problems: z.array(z.looseObject({ statement: z.string() })) });

/** Answers as the recorded model did, whichever statements a request holds and in whatever order. */
function recordedModel(): Model {
  const { problems } = Recorded.parse(JSON.parse(read('fact-check/linux-root.json')));
  return {
    id: 'recorded',
    label: 'recorded',
    isLanguageModel: true,
    async *turn({ messages }) {
      const [first] = messages;
      const text = first?.role === 'user' ? first.text.slice(first.text.indexOf('\nThe passages:')) : '';
      const numbers = new Map([...text.matchAll(/^(\d+)\. (.*)$/gm)].map(([, number, said]) => [said, Number(number)]));
      const asked = problems.flatMap(({ statement, ...problem }) => {
        const passage = numbers.get(statement);
        return passage === undefined ? [] : [{ passage, ...problem }];
      });
      const args = { read: [...numbers.values()], problems: asked };
      const calls = [{ id: '1', name: 'report_problems', args }];
      const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, measured: true };
      yield { type: 'end', stop: 'tools', text: '', calls, usage };
    },
  };
}

/** The report with its errors in it, one a line, and the lines that have one. */
function plant(honest: string): { markdown: string; lines: number[] } {
  const lines = honest.split('\n');
  const planted = new Set<number>();
  for (const [, was, now] of z
    .array(z.tuple([z.string(), z.string(), z.string()]))
    .parse(JSON.parse(read('reports/model-linux-root.errors.json')))) {
    const at = lines.findIndex((line, index) => !planted.has(index) && line.includes(was));
    if (at < 0) continue;
    planted.add(at);
    lines[at] = lines[at]?.replace(was, () => now) ?? '';
  }
  return { markdown: lines.join('\n'), lines: [...planted].map((index) => index + 1).sort((a, b) => a - b) };
}

it('what a language model found in a report with errors stands the checks, and its fixes restore the report', async () => {
  const honest = read('reports/model-linux-root.md');
  const { markdown, lines } = plant(honest);
  const records = readEvidenceFile(read('reports/model-linux-root.evidence.json'));
  const passages = passagesOf(markdown, records);
  const options = { passages, records, alert: '', model: recordedModel(), signal: new AbortController().signal };
  const { readings, notRead, unverifiable } = await readPassages(options);
  expect([readings.length, notRead, unverifiable]).toEqual([passages.length, [], 0]);

  const findings = factFindings(passages, readings);
  const found = [...new Set(findings.map(({ line }) => line))];
  // The two others are names of techniques.
  expect(found.length).toBe(lines.length - 2);
  expect(found.filter((line) => !lines.includes(line))).toEqual([]);

  const fixed = findings.toReversed().reduce((text, { fix }) => (fix ? applyFix(text, fix) : text), markdown);
  const wrong = (text: string) => text.split('\n').filter((line, index) => line !== honest.split('\n')[index]).length;
  expect([wrong(markdown), wrong(fixed)]).toEqual([29, 7]);
});
