import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { call, briefedRun as run } from './testing/briefed-run';
import { ofType, openCase } from './testing/open-case';
import { query, write } from './testing/run-case';

testDatabase();
afterAll(closeQueue);

describe('what the checks find', () => {
  const wrong = write('Timeline', 'It read 77 objects [E4]. It made 88 calls [E4].');

  it('is not told again at the end where the model was told of it and left it', async () => {
    const done = await run(await openCase(), [
      { calls: [query('A')] },
      { calls: [wrong, call('report__check')] },
      { calls: [write('Lessons Learned', 'The rule fired late.')] },
      { text: 'End.' },
    ]);
    expect(done.told[2]).toMatch(/77[\s\S]*88/);
    expect(done.requests).toHaveLength(4);
    expect(ofType(done.events, 'run.finished')[0]?.message).toBe('End.');
  });

  it('is told at the end where it is new: found in words that came after the check', async () => {
    const done = await run(await openCase(), [
      { calls: [query('A')] },
      { calls: [wrong, call('report__check')] },
      { calls: [call('report__replace_text', { find: '88 calls', replace: '99 calls' })] },
      { text: 'End.' },
      { text: 'Really the end.' },
    ]);
    const last = done.told[4]?.split('Before this run ends')[1] ?? '';
    expect(last).toMatch(/report__check: The checks find [\s\S]*99 calls/);
    expect(last).not.toContain('Set the classification');
    expect(last).not.toMatch(/(?:error|warning): 77 /);
    expect(ofType(done.events, 'run.finished')[0]?.message).toBe('Really the end.');
  });
});

describe('an assessment without the sections under it', () => {
  const assess = call('report__set_assessment', {
    classification: 'SUSPICIOUS',
    confidence: 60,
    assessed_severity: 'low',
    techniques: [],
  });

  it('is told once, by the check and before the run ends, which are not written', async () => {
    const opened = await openCase();
    const done = await run(opened, [
      { calls: [write('Executive Summary', 'Somebody used a key.'), call('case__pivots')] },
      { calls: [assess, call('report__check')] },
      { calls: [write('Lessons Learned', 'The rule fired late.')] },
      { text: 'End.' },
      { text: 'The rest has nothing to say.' },
    ]);
    const rest =
      'Not written yet: Hypothesis Analysis, Timeline, Investigation Process, Technical Details, Threat Assessment, Recommendations';
    expect(done.told[2]).toContain(`${rest}, Lessons Learned. Write what belongs there.`);
    expect(done.told[4]).toMatch(/Before this run ends, report__check: /);
    expect(done.told[4]).toContain(`${rest}. Write what belongs there. Then end with your last words.`);
    expect(done.run.status).toBe('succeeded');
    expect(ofType(done.events, 'run.finished')[0]?.message).toBe('The rest has nothing to say.');
  });

  it('of BENIGN is told what was not asked of which source', async () => {
    const benign = { ...assess, args: { ...assess.args, classification: 'BENIGN' } };
    const text = { text: 'E' };
    const trail = query(`SELECT * FROM trail WHERE raw LIKE '%203.0.113.7%'`);
    const half = await run(await openCase(), [
      { calls: [trail] },
      { calls: [call('case__pivots'), benign] },
      text,
      text,
    ]);
    expect(half.told[2]).toContain('Not asked: 203.0.113.7 in flows: ask, or name the gap in the report.');
    const flows = query(`SELECT * FROM flows WHERE raw LIKE '%203.0.113.7%'`);
    const whole = await run(await openCase(), [{ calls: [trail, flows] }, { calls: [benign] }, text, text]);
    expect(whole.told[2]).toContain('Proposed: BENIGN');
    expect(whole.told[2]).not.toContain('Not asked');
  });

  it('is not said of a report without an assessment, nor to a run that was asked for one change', async () => {
    const opened = await openCase();
    const first = await run(opened, [
      { calls: [write('Lessons Learned', 'The rule fired late.'), call('report__check')] },
      { text: 'End.' },
    ]);
    expect(JSON.stringify(first.told)).not.toContain('Not written yet');
    await run(opened, [{ calls: [call('case__pivots')] }, { calls: [assess] }, { text: 'End.' }, { text: 'End.' }]);
    const change = [
      { calls: [write('Lessons Learned', 'The rule was late.'), call('report__check')] },
      { text: 'Shorter.' },
    ];
    const coached = await run(opened, change, { instruction: 'Shorten the lesson.' });
    expect(JSON.stringify(coached.told)).not.toContain('Not written yet');
  });
});
