import { expect, it } from 'vitest';
import { mergeSteps } from './merge-steps';

it('blocks an address once, where most is said, with all receipts', () => {
  expect(
    mergeSteps([
      'Block `198[.]51[.]100[.]7` at the edge of the network [E2].',
      'Block `198[.]51[.]100[.]7`, take the page `/up/a.php` off the server after keeping a copy, and look for how it came there [E3].',
      'Look at the script on the server (`/up/a.php`), and delete it after keeping a copy [E4–E6].',
    ]),
  ).toEqual([
    'Block `198[.]51[.]100[.]7`, take the page `/up/a.php` off the server after keeping a copy, and look for how it came there [E2–E6].',
  ]);
});

it('blocks an address once, and looks for it once', () => {
  expect(
    mergeSteps([
      'Block `198[.]51[.]100[.]7`, and look for it in VPN, proxy and mail logs [E2].',
      'Block `198[.]51[.]100[.]7`, and look for every sign-in from there [E3].',
    ]),
  ).toEqual(['Block `198[.]51[.]100[.]7`, and look for it in VPN, proxy and mail logs [E2] [E3].']);
});

it('keeps a block of other addresses, and the look at another script', () => {
  const steps = [
    'Block `198[.]51[.]100[.]8` at the edge of the network [E2].',
    'Block `198[.]51[.]100[.]7`, take the page `/up/a.php` off the server after keeping a copy [E3].',
    'Look at the script on the server (`/up/b.php`), and delete it after keeping a copy [E4].',
  ];
  expect(mergeSteps(steps)).toEqual(steps);
});

it('isolates a machine once, and keeps what else a step asks for', () => {
  expect(
    mergeSteps([
      'Isolate the hosts `A` and `B` [E1].',
      'Isolate `A`, `B` and `C`, since ransomware does this before it encrypts (`vssadmin x`), and check that offline backups exist [E2].',
      'Isolate `A` and `B`, keep one machine running for its memory, and check that offline backups exist [E3].',
    ]),
  ).toEqual([
    'Isolate `A`, `B` and `C`, since ransomware does this before it encrypts (`vssadmin x`), and check that offline backups exist [E1] [E2] [E3].'.replace(
      '[E1] [E2] [E3]',
      '[E1–E3]',
    ),
    'Keep one machine running for its memory [E3].',
  ]);
});

it('isolates each of two machines, and both where each is only suspected', () => {
  const steps = [
    'Isolate `A`, and keep the document [E1].',
    'Isolate `B`, and keep the document [E2].',
    'If not, isolate the host `C` [E3].',
  ];
  expect(mergeSteps(steps)).toEqual(steps);
});

it('keeps a program once, and blocks where it came from once', () => {
  expect(
    mergeSteps([
      'Block `198[.]51[.]100[.]8`, which a command names (`curl x`), and look for it in proxy logs [E1].',
      'Keep a copy of `/tmp/.l` with its hash, and block `198[.]51[.]100[.]8`, which it came from [E2].',
      'Keep the program with its hash before it is deleted: `/tmp/.l` (host `w`) [E3].',
    ]),
  ).toEqual([
    'Block `198[.]51[.]100[.]8`, which a command names (`curl x`), and look for it in proxy logs [E1].',
    'Keep a copy of `/tmp/.l` with its hash before it is deleted [E2] [E3].',
  ]);
});

it('disables an account once', () => {
  expect(
    mergeSteps([
      'Disable `adm` in Active Directory and reset their password [E1].',
      'Disable `adm` in Active Directory, and look for what it did on `DC01` [E2].',
      'Disable `bob` in Active Directory, and look for what it did on `DC01` [E3].',
    ]),
  ).toEqual([
    'Disable `adm` in Active Directory and reset their password [E1] [E2].',
    'Look for what `adm` did on `DC01` [E2].',
    'Disable `bob` in Active Directory, and look for what it did on `DC01` [E3].',
  ]);
});

it('puts a merged step where the first of the two stood', () => {
  expect(
    mergeSteps([
      'Isolate the host at `10.20.4.31` [E1].',
      'Ask the owner of `bob` [E2].',
      'Isolate the host at `10.20.4.31` and block `198[.]51[.]100[.]77` [E3].',
      'Isolate the machine (`198[.]51[.]100[.]77`), and block the other side [E4].',
    ]),
  ).toEqual([
    'Isolate the host at `10.20.4.31` and block `198[.]51[.]100[.]77` [E1] [E3] [E4].',
    'Ask the owner of `bob` [E2].',
  ]);
});

it('leaves a step alone of which only some machines were isolated, or that is about another account', () => {
  const steps = [
    'Disable `bob` and `adm` in Active Directory and reset their password [E1].',
    'Isolate `A`, and check that offline backups exist [E2].',
    'Isolate `A` and `B` (`PSEXESVC`), and stop and delete the service, with `sc.exe delete PSEXESVC` [E3].',
    'Disable `eve` in Active Directory, and look for what it did [E4].',
  ];
  expect(mergeSteps(steps)).toEqual(steps);
});
