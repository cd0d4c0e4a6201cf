/**
 * What the description of a Windows event calls the event's data, by section and label, as event viewers and `Get-WinEvent` write it in
 * English: https://learn.microsoft.com/windows/security/threat-protection/auditing
 */
const ACCOUNT = { 'Security ID': 'Sid', 'Account Name': 'Name', 'Account Domain': 'Domain', 'Logon ID': 'LogonId' };
const TARGETS = [
  'New Logon',
  'Target Account',
  'Account For Which Logon Failed',
  'New Account',
  'Account Information',
  'Account That Was Locked Out',
  'Account Whose Credentials Were Used',
  'Target Subject',
  'User',
];
const SECTIONS: Record<string, Record<string, string>> = {
  Subject: account('Subject'),
  ...Object.fromEntries(TARGETS.map((section) => [section, account('Target')])),
  Member: { 'Security ID': 'MemberSid', 'Account Name': 'MemberName' },
  Group: { 'Security ID': 'TargetSid', 'Group Name': 'TargetUserName', 'Group Domain': 'TargetDomainName' },
};
const LABELS: Record<string, string> = {
  'Source Network Address': 'IpAddress',
  'Client Address': 'IpAddress',
  'Network Address': 'IpAddress',
  'Source Port': 'IpPort',
  'Client Port': 'IpPort',
  'Logon Process': 'LogonProcessName',
  'Authentication Package': 'AuthenticationPackageName',
  'Workstation Name': 'WorkstationName',
  'Source Workstation': 'Workstation',
  'Process Command Line': 'CommandLine',
  'Creator Process Name': 'ParentProcessName',
  'Creator Process ID': 'ProcessId',
  'Error Code': 'Status',
  'Result Code': 'Status',
  'Service File Name': 'ImagePath',
  'Service Account': 'AccountName',
  'Service Start Type': 'StartType',
};
/** What one event calls otherwise than the rest. */
const OF_EVENT: Record<string, Record<string, string>> = {
  '4697': { 'Service File Name': 'ServiceFileName', 'Service Account': 'ServiceAccount' },
  '5140': { 'Source Address': 'IpAddress' },
  '5145': { 'Source Address': 'IpAddress' },
};
const LINE = /^(\s*)([A-Z][A-Za-z0-9 ()/-]{0,60}?):(?:\s+(\S.*?))?\s*$/;
const SCRIPT = /^Creating Scriptblock text \(\d+ of \d+\):\r?\n([\s\S]*?)\r?\n\r?\nScriptBlock ID: /;
const MAX_MESSAGE = 65_536;

function account(side: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ACCOUNT).map(([label, part]) => [
      label,
      `${side}${part === 'Sid' ? 'UserSid' : part === 'Name' ? 'UserName' : part === 'Domain' ? 'DomainName' : part}`,
    ]),
  );
}

/** The data that the description of an event names, as other exports call it; null when it names none. */
function messageData(message: string, eventId: string): Record<string, string> | null {
  const text = message.slice(0, MAX_MESSAGE);
  const data: Record<string, string> = {};
  const script = SCRIPT.exec(text)?.[1];
  if (script !== undefined) data.ScriptBlockText = script;
  let section = '';
  let last = '';
  const rest = script === undefined ? text : text.slice(text.indexOf('\nScriptBlock ID: '));
  for (const line of rest.split(/\r?\n/)) {
    const [, indent = '', label = '', value] = LINE.exec(line) ?? [];
    if (value === undefined) {
      if (label && indent === '') section = label;
      // The XML of a task continues on the lines below its name; an explanation comes after an empty line.
      else if (last && line.trim()) data[last] = `${data[last]}\n${line.trim()}`;
      if (label || !line.trim()) last = '';
      continue;
    }
    if (indent === '') section = '';
    const name =
      OF_EVENT[eventId]?.[label] ?? SECTIONS[section]?.[label] ?? LABELS[label] ?? label.replace(/[^\w]/g, '');
    last = '';
    if (value === '-' || name in data) continue;
    data[name] = value;
    last = name;
  }
  return Object.keys(data).length > 0 ? data : null;
}

const ID_NAMES = ['Event ID', 'EventID', 'Id', 'EventId'];

/**
 * An event that says its data in words only (exports of the Event Viewer, of `Get-WinEvent` and of `wevtutil`), as an object to put
 * beside them; null for any other record.
 */
export function wordedEvent(fields: Record<string, unknown>): Record<string, unknown> | null {
  const isEvent = 'ProviderName' in fields || 'Task Category' in fields || ('Source' in fields && 'Event ID' in fields);
  if (!isEvent || 'EventData' in fields) return null;
  const id = ID_NAMES.map((name) => fields[name]).find((value) => /^\d{1,5}$/.test(String(value ?? '')));
  // The Event Viewer gives the description no name.
  const message = fields.Message ?? fields.Description ?? fields.column6;
  if (id === undefined || typeof message !== 'string') return null;
  const data = messageData(message, String(id));
  if (!data) return null;
  return { ...('EventID' in fields ? {} : { EventID: id }), EventData: data };
}
