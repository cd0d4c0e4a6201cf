import { joined } from '../../text/phrases';
import { type Fact, text } from '../case';
import { contactedBy } from '../contacts';
import { isAddress } from '../find-actors';
import type { Finding } from '../finding';
import { code, shownHost } from './escape';
import { shortName } from './names';

export type NamedStep = { step: string; targets: string[] };

const MOST_MACHINES = 12;

/**
 * A remediation with what it is about: machines by name, and of commands the program, file or address that they name, wherever the step
 * speaks of one. A command line is no folder and no file.
 */
export function nameThings(remediation: string, group: Finding[], targets: string[]): NamedStep {
  const onTheirs = onMachines(remediation, group);
  const commands = targets.filter(isCommandLine);
  if (/\bcrontab of the account\b/.test(remediation)) return ofCrontab(onTheirs, group, targets);
  if (/\bfolder of the site\b|\bkeep the document\b/i.test(remediation))
    return { step: onTheirs, targets: targets.filter((target) => !isCommandLine(target)) };
  if (/\bprogram\b|\bremote access tool\b/.test(remediation))
    return { step: onTheirs, targets: unique(targets.map(programOf)) };
  if (commands.length === 0) return { step: onTheirs, targets };
  if (/\bscheduled task\b/.test(remediation))
    return {
      step: onTheirs,
      targets: unique(targets.map((target) => TASK.exec(target)?.[1]?.replaceAll('"', '') ?? target)),
    };
  if (/^Keep a copy of the file with its hash, and block the address it came from/.test(remediation)) {
    const files = unique(commands.flatMap(downloadedTo));
    const hosts = unique(commands.flatMap(contactedBy)).map(shownHost);
    if (files.length > 0 && hosts.length > 0)
      return {
        step: `Keep a copy of ${named(files)} with its hash, and block ${joined(hosts)}, which it came from`,
        targets: [],
      };
  }
  if (/^Find out what the file held, and block where it went/.test(remediation)) {
    const files = unique(commands.flatMap(uploadedFrom));
    const hosts = unique(commands.flatMap(contactedBy)).map(shownHost);
    if (files.length > 0 && hosts.length > 0)
      return { step: `Find out what ${named(files)} held, and block ${joined(hosts)}, where it went`, targets: [] };
  }
  if (/\bcredentials? that (?:it|the \w+) holds?\b/.test(remediation)) {
    const files = unique(targets.flatMap((target) => readBy(target) ?? []));
    return { step: onTheirs, targets: files.length > 0 ? files : targets };
  }
  return { step: onTheirs, targets };
}

const named = (files: string[]): string => joined(files.map((file) => code(file)));
const TASK = /^(?:\S*\\)?schtasks(?:\.exe)?\s.*\/tn\s+("[^"]+"|\S+)/i;

/** "Read the crontab of `www-data` on `web-02`": `crontab -` itself says nothing. */
function ofCrontab(step: string, group: Finding[], targets: string[]): NamedStep {
  const facts = group.flatMap((finding) => [...finding.facts, ...finding.rows]);
  const accounts = unique(facts.map(({ row }) => text(row, 'principal'))).filter((name) => name !== '');
  if (accounts.length !== 1 || targets.some((target) => !/^(?:\S*\/)?crontab\b/.test(target))) return { step, targets };
  const hosts = unique(facts.flatMap(hostsOf)).map((host) => code(host));
  const where = hosts.length > 0 && hosts.length <= MOST_MACHINES ? ` on ${joined(hosts)}` : '';
  return { step: step.replace('the account', `${shortName(accounts[0] as string)}${where}`), targets: [] };
}

const hostsOf = ({ row }: Fact): string[] => {
  const own = 'login' in row && text(row, 'login') === '' ? text(row, 'principal') : '';
  const named = / ?\bhost `([^`]+)`/.exec(text(row, 'detail'))?.[1] ?? '';
  return [own, named].filter((host) => host !== '' && !isAddress(host));
};

/** The step with the machines that it is about by name, where their logs say which. */
function onMachines(remediation: string, group: Finding[]): string {
  const names = unique(group.flatMap(({ facts, rows }) => [...facts, ...rows].flatMap(hostsOf)));
  if (names.length === 0 || names.length > MOST_MACHINES) return remediation;
  return remediation.replace(
    /\bthe machine\b|\bevery machine that has the note\b|(?<=^(?:Isolate|Take) )the server\b/,
    joined(names.map((name) => code(name))),
  );
}

const unique = (list: string[]): string[] => [...new Set(list)];

/** A program with arguments, not just a name or path that has a blank in it. */
export const isCommandLine = (target: string): boolean =>
  /^(?:\S*[\\/])?[\w.+-]+\s/.test(target) &&
  /\s--?\w|\s-$|\s[\\/]+\.?\w|\s\w+:\/\/|\s[|<>;&]|\ssh\s-c\s/.test(target.slice(0, LONGEST));
const LONGEST = 2000;

/** Where a command that fetches something puts it. */
function downloadedTo(command: string): string[] {
  const shown = command.slice(0, LONGEST);
  const options = [...shown.matchAll(TO_FILE)].map(([, file]) => file ?? '');
  const last = /^\S*(?:certutil|bitsadmin)\S*\s.*?:\/\/\S+\s+("[^"]+"|\S+)$/i.exec(shown)?.[1] ?? '';
  return [...options, last]
    .map((file) => file.replace(/^["']|["']$/g, ''))
    .filter((file) => /^[^-]/.test(file) && !file.includes('://') && file !== '/dev/null' && file !== '&1')
    .slice(0, 1);
}
const TO_FILE =
  /(?:\s-[a-zA-Z]{0,8}[oO]\s+|\s-[oO](?=[/~.])|\s--output(?:-document)?[ =]\s*|\s-OutFile\s+|>\s*)("[^"]+"|'[^']+'|[^\s;|&"'>]+)/gi;

/** The file that a command sends away. */
function uploadedFrom(command: string): string[] {
  const [, file = ''] =
    /\s(?:-F\s*\w+=@|-T\s+|--upload-file[ =]|--post-file[ =]|--data-binary\s+@|-d\s*@)([^\s;|&"']+)/.exec(
      command.slice(0, LONGEST),
    ) ?? [];
  return file === '' ? [] : [file];
}

/** The program of a command line without what runs it and without its arguments; what is no path stays as it is. */
function programOf(command: string): string {
  const bare = command
    .replace(/^(?:\S*\\)?cmd(?:\.exe)?\s+\/c\s+/i, '')
    .replace(/^(?:\S*\/)?(?:ba|da|z)?sh\s+-c\s+/, '');
  const quoted = /^"([^"]+)"/.exec(bare)?.[1];
  const windows = /^((?:[A-Za-z]:|\\)\\[^"]*?\.(?:exe|dll|bat|cmd|ps1|msi|com|scr|vbs|js))(?=\s|$)/i.exec(bare)?.[1];
  return quoted ?? windows ?? /^(\/\S+)(?=\s+[-/\d])/.exec(bare)?.[1] ?? command;
}

/** The files that a command reads, as far as it names them with their path. */
function readBy(command: string): string[] | null {
  const paths = command
    .split(/[\s"';|&<>]+/)
    .slice(1)
    .filter((word) => /^(?:\/|[A-Za-z]:\\)[^*]*\w/.test(word) && !/^\/(?:usr\/)?s?bin\//.test(word));
  return paths.length === 0 ? null : paths;
}
