import { type EvidenceRow, type EvidenceTable, numberOf } from './evidence-index';

/** Numbers of Windows events as people call them; the verb first, as APIs name their calls. */
const WINDOWS_EVENTS: Record<number, string> = {
  1: 'create process',
  3: 'network connection',
  7: 'load image',
  8: 'create remote thread',
  10: 'access process',
  11: 'create file',
  13: 'set registry value',
  22: 'dns query',
  104: 'clear log',
  1102: 'clear log',
  4104: 'run script block',
  4624: 'logon',
  4625: 'failed logon',
  4648: 'logon with explicit credentials',
  4672: 'assign privileges at logon',
  4688: 'create process',
  4697: 'install service',
  4698: 'create scheduled task',
  4699: 'delete scheduled task',
  4720: 'create user account',
  4722: 'enable user account',
  4723: 'change password',
  4724: 'reset password',
  4725: 'disable user account',
  4726: 'delete user account',
  4728: 'add member to group',
  4732: 'add member to group',
  4740: 'lock user account',
  4756: 'add member to group',
  4768: 'request ticket',
  4769: 'request service ticket',
  4776: 'check credentials',
  5140: 'access share',
  5145: 'access share',
  7045: 'install service',
};
const IS_WINDOWS = /^event[._ ]?(?:id|code)?$/i;
const WINDOWS_ASKED = /\bevent_?(?:id|code)"?\s*(?:=|in\s*\()\s*'?(\d{3,4}(?:'?\s*,\s*'?\d{3,4})*)/gi;

/** What a query asks for by the numbers of Windows events: `EventID IN (4720, 1102)`. */
export const windowsAsked = (query: string): string[] =>
  [...query.matchAll(WINDOWS_ASKED)].flatMap((match) =>
    (match[1] ?? '').split(/\D+/).flatMap((id) => WINDOWS_EVENTS[Number(id)] ?? []),
  );

/** What an event of the one kind that a query asks for is called. */
export function windowsAction(query: string): string | undefined {
  const asked = windowsAsked(query);
  return asked.length === 1 ? asked[0] : undefined;
}

const IS_PROGRAM = /^(?:exe|process|image|command|command_?line|new_?process_?name|program)$/i;
/** Shorter names of programs are words of sentences: `id`, `cat`. */
const SHORTEST_PROGRAM = 4;

/** All names of what a row's event is, in lower case: as written, and as reports shorten them. */
export function actionNames(written: string[], { columns }: EvidenceTable, { cells }: EvidenceRow): string[] {
  const cellOf = (pattern: RegExp): string | undefined => {
    const cell = cells[columns.findIndex((name) => pattern.test(name))];
    return typeof cell === 'string' ? cell : undefined;
  };
  const [verb, resource] = [cellOf(/^verb$/i), cellOf(/^(?:resources?|object_?ref)$/i)];
  const programs = columns.flatMap((name, at) => {
    const cell = cells[at];
    return IS_PROGRAM.test(name) && typeof cell === 'string' ? programIn(cell) : [];
  });
  const windows = columns.flatMap((name, at) =>
    IS_WINDOWS.test(name) ? (WINDOWS_EVENTS[numberOf(cells[at]) ?? 0] ?? []) : [],
  );
  const names = [...written, ...written.flatMap(lastPart), ...windows, ...programs];
  if (verb && resource) names.push(`${verb} ${resource}`);
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

/** `CreateServiceAccountKey` of `google.iam.admin.v1.CreateServiceAccountKey`. */
function lastPart(name: string): string[] {
  const last = /\.([A-Z]\w+)$/.exec(name)?.[1];
  return last && /[a-z][A-Z]/.test(last) ? [last] : [];
}

/** Also of a path with blanks: `C:\Program Files\App\app.exe -x`. */
const WITH_ENDING = /^"?(?:[a-z]:|%\w+%)?(?:\\[^\\/:*?"<>|]{1,80}){0,12}?\\([\w.-]{1,60}\.exe)\b/i;

function programIn(cell: string): string[] {
  const path = WITH_ENDING.exec(cell.trim())?.[1] ?? cell.trim().split(/\s/)[0] ?? '';
  const name = path.split(/[\\/]/).pop() ?? '';
  return name.length >= SHORTEST_PROGRAM && /^[\w.-]+$/.test(name) ? [name] : [];
}

/** How the events ended of the one kind that a query asks for: `winlog.event_id = '4624'`. */
export function outcomeAsked(query: string): 'success' | 'failure' | null {
  const action = windowsAction(query);
  return action === 'logon' ? 'success' : action === 'failed logon' ? 'failure' : null;
}

/** How a Windows event ended that says so by its number alone. */
export const windowsOutcome = ({ columns }: EvidenceTable, { cells }: EvidenceRow): 'success' | 'failure' | null => {
  const id = numberOf(cells[columns.findIndex((name) => IS_WINDOWS.test(name) || /^(?:event[._]?)?code$/i.test(name))]);
  return id === 4624 ? 'success' : id === 4625 ? 'failure' : null;
};
