import { expect, it } from 'vitest';
import type { Finding } from '../finding';
import { undoCommands } from './undo';

/** The commands of one act with this target. */
const commandsFor = (target: string, undo = 'kubectl delete clusterrolebinding {target}') =>
  undoCommands({ undo, rows: [{ row: { target, targets: 1 }, evidence: 1 }] } as unknown as Finding); // what a command reads of it

it('names the command with what the act was done to', () => {
  expect(commandsFor('ops-admin')).toEqual(['kubectl delete clusterrolebinding ops-admin']);
  expect(commandsFor('Team mail')).toEqual(["kubectl delete clusterrolebinding 'Team mail'"]);
});

it.each(['--all', '@/etc/passwd', 'a;reboot', '$(reboot)', 'a`id`', "a'b", 'a\nb', 'a|b', 'a&b', 'a>b', ''])(
  'gives none for a name that a shell or the program could act on: %j',
  (target) => {
    expect(commandsFor(target)).toEqual([]);
  },
);

it('gives none where the act does not have all that the command needs', () => {
  expect(commandsFor('ops-admin', 'az role assignment delete --assignee {given to} --scope {target}')).toEqual([]);
});
