import { v7 as uuid } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { attachAlerts } from '../drafts/attach-alerts';
import { decideProposal, listProposals } from '../drafts/proposals';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { listEvidence } from '../evidence/list-evidence';
import { closeQueue } from '../jobs/queue';
import { parseReport, readSection } from '../report/report';
import { call, briefedRun as run } from './testing/briefed-run';
import { ofType, openCase } from './testing/open-case';
import { assess, query, write } from './testing/run-case';

testDatabase();
afterAll(closeQueue);

describe('a language model', () => {
  it('is given sources, cases and alerts as E1–E3 with the case; its system text is the same for every run', async () => {
    const [one, two] = [await openCase(), await openCase('Another')];
    // The account, which half of the alerts have, is not what cases are related by.
    const entities = [
      { kind: 'account', value: '111122223333' },
      { kind: 'ip', value: '203.0.113.7' },
    ];
    await db().alert.updateMany({ where: { title: 'Key used from a new address' }, data: { entities } });
    const done = await run(one, [{ calls: [query('A')] }, { calls: [write('Timeline', 'x [E4]')] }, { text: 'End.' }]);
    expect(done.first).toMatch(/\[E1\] [^\n]*\n<data-[0-9a-f]{18} origin="E1 logs\.list_sources">\n/);
    expect(done.first).toContain('sources (2):\nname,rows,from,to,format\ntrail,9,2026-01-01 00:00:00Z,');
    expect(done.first).toContain('file,reason\nvpc.log,no reader');
    expect(done.first).toContain('codename,classification\nold-calm-fox,BENIGN');
    expect(done.first.indexOf('[E3]')).toBeGreaterThan(done.first.indexOf('[E2]'));
    expect(done.toolbox.called.slice(0, 3).map(({ name, args }) => [name, args.entities])).toEqual([
      ['logs__list_sources', undefined],
      ['socdown__search_cases', ['203.0.113.7']],
      ['socdown__search_alerts', ['203.0.113.7']],
    ]);
    expect((await listEvidence(one.actor, one.investigationId)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    const other = await run(two, [{ text: 'Nothing.' }, { text: 'Nothing.' }]);
    expect(other.requests[0]?.system).toEqual(done.requests[0]?.system);
    expect(other.requests[0]?.tools).toEqual(done.requests[0]?.tools);
  });

  it('is given the most severe alerts of a large case, and told what the others are', async () => {
    const opened = await openCase();
    const row = (index: number) => ({
      id: uuid(),
      source: 'generic',
      sourceRef: `more-${index}`,
      title: index < 3 ? 'Rare thing' : 'Port scan',
      severity: index === 59 ? 5 : 2,
      techniques: [],
      occurredAt: new Date(Date.UTC(2026, 0, 1, 9, 59 - index)),
      entities: [],
      raw: { index: `number ${index}` },
    });
    const more = Array.from({ length: 60 }, (_, index) => row(index));
    await db().alert.createMany({ data: more });
    for (const part of [more.slice(0, 30), more.slice(30)])
      await attachAlerts(opened.actor, opened.investigationId, { alertIds: part.map(({ id }) => id) });
    const { first } = await run(opened, [{ text: 'E' }, { text: 'E' }]);
    expect(first.match(/origin="alert \d+ of 50"/g)).toHaveLength(50);
    expect(first).toContain('number 59');
    expect(first).toMatch(
      /more alerts than these 50[^<]*<data-\w+ origin="other alerts">\n8 × Port scan, 2026-01-01T09:49:00\.000Z to 2026-01-01T09:56:00\.000Z\n3 × Rare thing,/,
    );
  });

  it('is refused what is known to be wrong, and an assessment before it has looked at the pivots', async () => {
    const opened = await openCase();
    const rows = [{ time: '2026-01-01T10:00:00Z', event: 'x', evidence: [99] }];
    const done = await run(opened, [
      {
        calls: [
          call('report__add_timeline_rows', { rows }),
          write('Timeline', 'Seen [E98].'),
          { ...assess, args: { ...assess.args, techniques: ['T9999'] } },
          assess,
        ],
      },
      { calls: [query(`SELECT * FROM trail WHERE ip = '203.0.113.7'`)] },
      { calls: [call('case__pivots'), assess] },
      { text: 'End.' },
    ]);
    expect(done.told[1]).toContain('There is no evidence E99 in this case. It has E1–E3.');
    expect(done.told[1]).toContain('There is no evidence E98');
    expect(done.told[1]).toContain('ATT&CK has no technique T9999.');
    expect(done.told[1]).toMatch(/Look first at what was not asked[\s\S]*ip 203\.0\.113\.7,NOT ASKED,NOT ASKED/);
    expect(done.told[3]).toContain('ip 203.0.113.7,asked E4');
    const { frontMatter } = parseReport((await readDraft(opened.actor, opened.investigationId)).markdown);
    expect(frontMatter?.classification).toBe('MALICIOUS');
  });

  it('is asked about past cases of the alert’s rule too, which share no entity', async () => {
    const opened = await openCase('Shared outside');
    await db().alert.updateMany({ where: { title: 'Shared outside' }, data: { rule: 'Drive.ExternalShare' } });
    const { toolbox } = await run(opened, [{ text: 'Nothing.' }, { text: 'Nothing.' }]);
    const asked = toolbox.called.find(({ name }) => name === 'socdown__search_cases');
    expect(asked?.args).toMatchObject({ entities: ['203.0.113.7'], rule: 'Drive.ExternalShare', approved: true });
  });

  it('has asked for an entity with a part of its name, in a search of the whole event', async () => {
    const opened = await openCase();
    const part = query(`SELECT count(*) FROM trail WHERE raw::VARCHAR ILIKE '%203.0.113.%'`);
    const other = query(`SELECT count(*) FROM flows WHERE agent LIKE '%203.0.113.%' AND raw NOT LIKE '%203.0.113.%'`);
    const done = await run(opened, [{ calls: [part, other] }, { calls: [call('case__pivots')] }, { text: 'E' }]);
    expect(done.told[2]).toContain('ip 203.0.113.7,asked E4,NOT ASKED');
  });

  it('may set the assessment at once where each entity was asked of each source', async () => {
    const opened = await openCase();
    const everywhere = ['trail', 'flows'].map((name) =>
      query(`SELECT * FROM ${name} WHERE raw LIKE '%203.0.113.7%' OR raw LIKE '%AKIAIOSFODNN7EXAMPLE%'`),
    );
    const done = await run(opened, [{ calls: everywhere }, { calls: [assess] }, { text: 'E' }, { text: 'E' }]);
    expect(done.told[2]).toContain('Proposed: MALICIOUS');
    expect(done.told[2]).not.toContain('Look first');
  });

  it('sees one person as one row, whatever the form of the name, and no question to a log that can name nobody', async () => {
    const opened = await openCase();
    const entities = [
      { kind: 'arn', value: 'arn:aws:iam::111122223333:user/lena.moser' },
      { kind: 'user', value: 'Lena Moser' },
      { kind: 'email', value: 'lena.moser@example.com' },
      { kind: 'arn', value: 'arn:aws:sts::111122223333:assumed-role/Admin/lena.moser@example.com' },
      { kind: 'arn', value: 'arn:aws:sts::111122223333:assumed-role/deployer/build-7' },
      { kind: 'user', value: 'build-7' },
      { kind: 'user', value: 'sam' },
      { kind: 'email', value: 'sam@example.com' },
      { kind: 'email', value: 'sam@example.net' },
    ];
    await db().alert.updateMany({ where: { title: 'Key used from a new address' }, data: { entities } });
    const asked = query(`SELECT * FROM trail WHERE email = 'lena.moser@example.com'`);
    const done = await run(opened, [
      { calls: [asked] },
      { calls: [call('case__pivots')] },
      { text: 'E' },
      { text: 'E' },
    ]);
    const rows = (done.told[2] ?? '').split('\\n').filter((line) => /^(?:user|email|arn) /.test(line));
    expect(rows).toEqual([
      'user Lena Moser = lena.moser@example.com = arn:aws:iam::111122223333:user/lena.moser = arn:aws:sts::111122223333:assumed-role/Admin/lena.moser@example.com,asked E4,-',
      'user build-7 = arn:aws:sts::111122223333:assumed-role/deployer/build-7,NOT ASKED,-',
      'user sam,NOT ASKED,-',
      'email sam@example.com,NOT ASKED,-',
      'email sam@example.net,NOT ASKED,-',
    ]);
  });

  it('counts a Windows account and a service account as asked whatever the form of the name in the query', async () => {
    const opened = await openCase();
    const entities = [
      { kind: 'user', value: 'CONTOSO\\b.marsh' },
      { kind: 'user', value: 'CONTOSO\\adm-kerr' },
      { kind: 'user', value: 'system:serviceaccount:web:storefront' },
      { kind: 'user', value: 'system:serviceaccount:web:checkout' },
    ];
    await db().alert.updateMany({ where: { title: 'Key used from a new address' }, data: { entities } });
    const done = await run(opened, [
      {
        calls: [
          query(`SELECT * FROM trail WHERE user = 'CONTOSO\\b.marsh'`),
          query(`SELECT * FROM trail WHERE raw LIKE '%adm-kerr%' OR raw LIKE '%storefront%'`),
        ],
      },
      { calls: [call('case__pivots')] },
      { text: 'E' },
      { text: 'E' },
    ]);
    const rows = (done.told[2] ?? '').split('\\n').filter((line) => line.startsWith('user '));
    expect(rows.map((line) => line.split(',')[1])).toEqual(['asked E4', 'asked E5', 'asked E5', 'NOT ASKED']);
  });

  it('follows the accounts that act in the timeline, a machine by its short name, and no policy of AWS itself', async () => {
    const opened = await openCase();
    const entities = [
      { kind: 'host', value: 'ws-207.contoso.example' },
      { kind: 'user', value: 'CONTOSO\\b.marsh' },
      { kind: 'arn', value: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ];
    await db().alert.updateMany({ where: { title: 'Key used from a new address' }, data: { entities } });
    const row = (who: string) => `| 2026-01-01 10:00:00Z | \`${who}\` | logs on | success | E4 |`;
    const head = '| Time (UTC) | Actor | Action | Outcome | Evidence |\n|---|---|---|---|---|';
    const actors = ['adm-kerr', 'b.marsh', 'LocalSystem', '198[.]18[.]1[.]2', 'twelve addresses'];
    const done = await run(opened, [
      { calls: [query(`SELECT * FROM trail WHERE raw LIKE '%ws-207%'`)] },
      { calls: [write('Timeline', [head, ...actors.map(row)].join('\n')), call('case__pivots')] },
      { text: 'E' },
      { text: 'E' },
    ]);
    const rows = (done.told[2] ?? '').split('\\n').filter((line) => /^(?:user|host|arn) /.test(line));
    expect(rows.map((line) => line.replaceAll('\\', '/').replace(/\/+/g, '/').split(',').slice(0, 2))).toEqual([
      ['user CONTOSO/b.marsh = b.marsh', 'NOT ASKED'],
      ['user adm-kerr', 'NOT ASKED'],
      ['host ws-207.contoso.example', 'asked E4'],
    ]);
  });

  it('takes a name of the form of a domain for the person that it is, and follows other domains', async () => {
    const opened = await openCase();
    const entities = [
      { kind: 'user', value: 'dana.kim' },
      { kind: 'email', value: 'kira.dev@fabrikam.example' },
    ];
    await db().alert.updateMany({ where: { title: 'Key used from a new address' }, data: { entities } });
    const text = 'dana.kim and kira.dev fetched it from files.attacker.com.';
    const done = await run(opened, [
      { calls: [query(`SELECT * FROM trail WHERE raw LIKE '%dana.kim%'`)] },
      { calls: [write('Technical Details', text), call('case__pivots')] },
      { text: 'E' },
      { text: 'E' },
    ]);
    const rows = (done.told[2] ?? '').split('\\n').filter((line) => /^(?:user|email|domain) /.test(line));
    expect(rows.map((line) => line.split(',')[0])).toEqual([
      'user dana.kim',
      'email kira.dev@fabrikam.example',
      'domain files.attacker.com',
    ]);
  });

  it('reads any record again, by rows, and is told what the checks find once before it ends', async () => {
    const opened = await openCase();
    const done = await run(opened, [
      { calls: [query('many')] },
      { calls: [call('evidence__read', { number: 4, offset: 298 }), call('evidence__read', { number: 9 })] },
      { calls: [write('Timeline', 'It read 77 objects [E4].')] },
      { text: 'End.' },
      { calls: [call('report__replace_text', { find: '77 objects', replace: 'objects' })] },
      { text: 'Really the end.' },
    ]);
    expect(done.told[1]).toMatch(/\[E4\] rows 1–\d+ of 300\. The next: evidence__read/);
    expect(done.told[2]).toMatch(/\[E4\] rows 299–300 of 300[\s\S]*row 300[\s\S]*E4 arguments/);
    expect(done.told[2]).toContain('There is no evidence E9 in this case.');
    expect(done.told[4]).toMatch(/Before this run ends, report__check: [\s\S]*77/);
    expect(done.run.status).toBe('succeeded');
    expect(ofType(done.events, 'run.finished')[0]?.message).toBe('Really the end.');
    expect(await listEvidence(opened.actor, opened.investigationId)).toHaveLength(4);
  });
});

describe('words of people', () => {
  it('are known to the next run, kept by replace_text, and marked where a hunk changes them', async () => {
    const opened = await openCase();
    const { actor, investigationId: id } = opened;
    await run(opened, [{ calls: [write('Lessons Learned', 'The rule fired late. Nobody looked.')] }, { text: 'End.' }]);
    const draft = await readDraft(actor, id);
    const edited = draft.markdown.replace('Nobody looked.', 'Ada looked after nine hours.');
    await saveDraft(actor, id, { markdown: edited, version: draft.version });

    const replace = (find: string, text: string) => call('report__replace_text', { find, replace: text });
    const done = await run(
      opened,
      [
        {
          calls: [
            replace('Ada looked after nine hours.', 'Somebody looked.'),
            replace('The rule fired late.', 'The rule fired 9 minutes late.'),
            replace('nine hours.', 'nine hours. The log shows ten.'),
          ],
        },
        { text: 'End.' },
      ],
      { instruction: 'Check the last section.' },
    );
    expect(done.first).toContain('they can be wrong');
    expect(done.first).toMatch(/lines of the report are a person's[\s\S]*Ada looked after nine hours/);
    expect(done.told[1]).toMatch(/Nothing was changed: this rewrites words of a person, line \d+/);
    const [proposal] = await listProposals(actor, id);
    expect(proposal?.hunks.map(({ touchesHuman, after }) => [touchesHuman, after])).toEqual([
      [false, 'The rule fired 9 minutes late. Ada looked after nine hours. The log shows ten.'],
    ]);
    await decideProposal(actor, proposal?.id ?? '', { reject: 'all' });

    const last = await run(
      opened,
      [{ calls: [write('Lessons Learned', 'All is well.')] }, { text: 'It is shorter now.' }],
      { instruction: 'Shorten it.' },
    );
    expect(last.first).toMatch(/What was asked in this case before[\s\S]*Check the last section\.[\s\S]*Answer: End\./);
    expect(last.first).toMatch(/rejected[\s\S]*The rule fired 9 minutes late/);
    expect(last.told[1]).toContain('It changes words of a person');
    const [newest] = await listProposals(actor, id);
    expect(newest?.hunks).toMatchObject([{ touchesHuman: true, after: 'All is well.' }]);
    expect(last.first).not.toContain('no person has decided on');
    // What waits for a decision stands neither in the report nor among the rejected: it is told, and not offered twice.
    const asked = await run(opened, [{ text: 'It waits.' }], { instruction: 'Is it shorter?' });
    expect(asked.first).toMatch(/no person has decided on[\s\S]*Offered:\nAll is well\./);
    expect(asked.first).toMatch(/rejected[\s\S]*The rule fired 9 minutes late/);
    expect(readSection((await readDraft(actor, id)).markdown, 'Lessons Learned')).toContain('Ada looked');
  });

  it('are whole where they share words with what stood there before, and one word is kept with those beside it', async () => {
    const opened = await openCase();
    const { actor, investigationId: id } = opened;
    const before = 'Whether money was paid is unknown. The gateway is in the logs.';
    await run(opened, [{ calls: [write('Lessons Learned', before)] }, { text: 'E.' }]);
    const { markdown, version } = await readDraft(actor, id);
    const theirs = 'Finance confirmed that invoice 88213 was paid on Thursday; 88307 is on hold.';
    const edited = markdown.replace(before, `${theirs} The gateway is not in the logs.`);
    await saveDraft(actor, id, { markdown: edited, version });
    const replace = (find: string, text: string) => call('report__replace_text', { find, replace: text });
    const done = await run(
      opened,
      [
        {
          calls: [
            replace('88213 was paid on', '88213 was not paid on'),
            replace('88307 is on hold', '88307 is no longer on hold'),
            replace('is not in the logs', 'is in the logs, not elsewhere'),
            replace('the logs.', 'the logs of this case.'),
          ],
        },
        { text: 'E.' },
      ],
      { instruction: 'Check it.' },
    );
    expect(done.first).toContain(`theirs in it: "${theirs.slice(0, -1)}", "is not in"`);
    expect(done.told[1]?.match(/this rewrites words of a person/g)).toHaveLength(3);
    const [proposal] = await listProposals(actor, id);
    expect(proposal?.hunks).toMatchObject([
      { touchesHuman: false, after: `${theirs} The gateway is not in the logs of this case.` },
    ]);
  });

  it('are whole where a mark among them stood there before', async () => {
    const opened = await openCase();
    const { actor, investigationId: id } = opened;
    await run(opened, [
      { calls: [write('Lessons Learned', 'The size is not in the log. All went out.')] },
      { text: 'E.' },
    ]);
    const { markdown, version } = await readDraft(actor, id);
    const edited = markdown.replace('in the log.', 'in the log; its owner says 2.3 GB in all.');
    await saveDraft(actor, id, { markdown: edited, version });
    const done = await run(opened, [{ text: 'E.' }], { instruction: 'How much?' });
    expect(done.first).toMatch(/theirs in it: \\?"; its owner says 2\.3 GB in all\.\\?"/);
  });

  it('are not its own to fix at the end, also where it has changed the rest of their line', async () => {
    const opened = await openCase();
    const { actor, investigationId: id } = opened;
    await run(opened, [
      { calls: [query('A')] },
      { calls: [write('Timeline', 'It began. It ended [E4].')] },
      { text: 'E.' },
    ]);
    const draft = await readDraft(actor, id);
    const edited = draft.markdown.replace('It began.', 'It began with 55 calls.');
    await saveDraft(actor, id, { markdown: edited, version: draft.version });
    const replaced = (replace: string) => call('report__replace_text', { find: 'It ended [E4].', replace });
    const done = await run(
      opened,
      [{ calls: [replaced('It ended with 66 calls [E4].')] }, { text: 'E.' }, { text: 'E.' }],
      { instruction: 'How did it end?' },
    );
    expect(done.told[2]).toContain('66');
    expect(done.told[2]?.split('report.check')[1]).not.toMatch(/warning: 55|error: 55/);
  });
});
