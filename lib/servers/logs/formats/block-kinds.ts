/** A log whose records take several lines each. */
export type BlockKind = {
  id: string;
  /** Where the time is, as it is shown. */
  timeField: string;
  /** The first line of a record, and what the line behind it looks like in a file of this kind. */
  starts: RegExp;
  second: RegExp;
  /** What a program writes before the first record, which is no event. */
  banner?: RegExp;
  /** Whether a line that looks like a start still belongs to the record so far. */
  continues?(block: string[], line: string): boolean;
  /** `shared`: what one record of the file says about the others. */
  fields(text: string, shared: Record<string, string>): Record<string, unknown>;
  /** The text of the record's time; null: it has none. */
  stamp(text: string): string | null;
};

const group = (text: string, pattern: RegExp): string | null => pattern.exec(text)?.[1]?.trim() || null;

/** The fields that are there. */
const filled = (fields: Record<string, string | string[] | null | undefined>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value?.length));

const WEEKDAY_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d+)? \d{4}(?: [+-]\d{2}:\d{2})?\s*$/;

/** Wazuh's and OSSEC's alerts.log. */
const ossec: BlockKind = {
  id: 'ossec-alerts',
  timeField: '** Alert',
  starts: /^\*\* Alert \d{10}\.\d+/,
  second: /->/,
  fields(text) {
    const [, , host, place] = /^(\d{4} \w{3} +\d+ [\d:]+) (?:\(([^)]+)\) )?(.+)$/m.exec(text) ?? [];
    const [, id, level, name] = /^Rule: (\d+) \(level (\d+)\) -> '(.*)'/m.exec(text) ?? [];
    return filled({
      groups: group(text, /^\*\* Alert [\d.]+:?(?: mail)? *- *(.*?),?$/m)?.split(','),
      host: host ?? place?.split('->')[0],
      location: place?.split('->')[1],
      rule_id: id,
      level,
      rule: name,
      src_ip: group(text, /^Src IP: (.+)$/m),
      dst_ip: group(text, /^Dst IP: (.+)$/m),
      user: group(text, /^User: (.+)$/m),
    });
  },
  stamp: (text) => group(text, /^\*\* Alert (\d{10})/),
};

/** MySQL's and MariaDB's slow query log. */
const slowQueries: BlockKind = {
  id: 'mysql-slow',
  timeField: '# Time',
  starts: /^# (?:Time|User@Host): /,
  banner: /mysqld|mariadbd|^Tcp port: |^Time +Id +Command/,
  second: /^# (?:User@Host|Thread_id|Query_time|Schema|administrator)/,
  continues: (block) => block.length === 1 && (block[0] ?? '').startsWith('# Time: '),
  fields: (text) =>
    filled({
      user: group(text, /^# User@Host: ([^[]*)/m),
      client_host: group(text, /^# User@Host: [^@\n]*@ +([\w.-]+)/m),
      client_ip: group(text, /^# User@Host: [^@\n]*@ [^[\n]*\[([^\]\n]+)\]/m),
      connection_id: group(text, /\b(?:Id|Thread_id): +(\d+)/),
      query_time: group(text, /\bQuery_time: ([\d.]+)/),
      rows_sent: group(text, /\bRows_sent: (\d+)/),
      rows_examined: group(text, /\bRows_examined: (\d+)/),
      database: group(text, /^use ([^;]+);$/m) ?? group(text, /\bSchema: (\S+)/),
      query: text
        .split('\n')
        .filter((line) => !/^(?:# |SET timestamp=|use [^;]+;$)/.test(line))
        .join('\n'),
    }),
  // `240304  9:00:00` in older versions, which leave it out within a second.
  stamp: (text) =>
    group(text, /^# Time: (\d{4}-\S+)/m) ??
    group(text, /^SET timestamp=(\d{10})/m) ??
    shortDate(group(text, /^# Time: (.+)$/m)),
};

const shortDate = (text: string | null): string | null =>
  text?.replace(/^(\d{2})(\d{2})(\d{2}) +(\d{1,2}:)/, '20$1-$2-$3 $4') ?? null;

/** ModSecurity's serial audit log: a transaction in sections. */
const modSecurity: BlockKind = {
  id: 'modsecurity',
  timeField: 'section A',
  starts: /^--[0-9a-zA-Z]{6,16}-+A--\s*$/,
  second: /^\[\d{2}\/[A-Z][a-z]{2}\/\d{4}:/,
  fields(text) {
    const [, id, client, clientPort, server, serverPort] =
      /^\[[^\]\n]{1,100}\] (\S+) (\S+) (\d+) (\S+) (\d+)/m.exec(text) ?? [];
    const [, method, url] = /^-+\w+-+B--\s*\n(\S+) (\S+)/m.exec(text) ?? [];
    return filled({
      transaction_id: id,
      client_ip: client,
      client_port: clientPort,
      server_ip: server,
      server_port: serverPort,
      method,
      url,
      host: group(text, /^Host: (.+)$/im),
      user_agent: group(text, /^User-Agent: (.+)$/im),
      status: group(text, /^-+\w+-+F--\s*\nHTTP\/\S+ (\d{3})/m),
      rule_ids: [...text.matchAll(/\[id "(\d+)"\]/g)].map((match) => match[1] ?? ''),
      messages: [...text.matchAll(/\[msg "([^"]*)"\]/g)].map((match) => match[1] ?? ''),
      action: group(text, /^Action: (.+)$/m),
    });
  },
  stamp: (text) => group(text, /^\[([^\]\n]{1,100})\]/m),
};

/** `User-Name = "eve"`, `DATABASE USER:[1] '/'`. */
const ATTRIBUTE = /^\s*([A-Za-z][\w-]*(?: [\w-]+)*) ?(?:[:+]?= |: ?(?:\[\d+\] ?)?(?=['"]))(.*)$/;
const MAX_LINE = 8192;

/** A date on a line of its own, then attributes: FreeRADIUS' detail files, Oracle's audit files. */
const datedAttributes: BlockKind = {
  id: 'dated-attributes',
  timeField: 'first line',
  starts: WEEKDAY_DATE,
  banner:
    /^(?:Audit file|Oracle |ORACLE_HOME|Instance name|Build label|System name|Node name|Release|Version|Machine|Redo thread|Unix process|With the|JServer|Session id)/,
  second: /^(?:\s+[\w-]+ [:+]?= |[A-Z][A-Z ]*: ?(?:\[\d+\] )?['"])/,
  fields: (text) =>
    Object.fromEntries(
      text.split('\n').flatMap((line): [string, string][] => {
        const [, name = '', value = ''] = ATTRIBUTE.exec(line.slice(0, MAX_LINE)) ?? [];
        return name ? [[name, value.trim().replace(/^(["'])(.*)\1$/, '$2')]] : [];
      }),
    ),
  stamp: (text) => text.split('\n')[0]?.trim() ?? null,
};

/** Snort's full alerts. */
const snortFull: BlockKind = {
  id: 'ids-alert-full',
  timeField: 'third line',
  starts: /^\[\*\*\] \[\d+:\d+:\d+\]/,
  second: /^(?:\[|\d{2}\/\d{2})/,
  fields(text) {
    const [, gid, sid, rev, signature] = /^\[\*\*\] \[(\d+):(\d+):(\d+)\] "?(.*?)"? \[\*\*\]/.exec(text) ?? [];
    const [, src, dst] = /^\d{2}\/\d{2}\S+ (\S+) -> (\S+)/m.exec(text) ?? [];
    return filled({
      gid,
      sid,
      rev,
      signature,
      classification: group(text, /\[Classification: ([^\]]*)\]/),
      priority: group(text, /\[Priority: (\d+)\]/),
      ...side('src', src),
      ...side('dst', dst),
      proto: group(text, /^([A-Z]+\d?) TTL:/m),
    });
  },
  stamp: (text) => group(text, /^(\d{2}\/\d{2}\S+) /m),
};

function side(name: string, text: string | undefined): Record<string, string | null> {
  const [, address = null, port = null] = /^(.+?)(?::(\d{1,5}))?$/.exec(text ?? '') ?? [];
  return { [`${name}_ip`]: address, [`${name}_port`]: port };
}

/** What PowerShell wrote and read in a session: a record for each command, where the session was started with their times. */
const transcript: BlockKind = {
  id: 'powershell-transcript',
  timeField: 'start time',
  banner: /^\*+$/,
  starts: /^(?:(?:Windows )?PowerShell transcript (?:start|end)|Command start time: |PS [^>]{0,300}> ?\S)/,
  second: /^(?:Start time|End time|\*{10})/,
  // The command stands two lines below its time.
  continues: (block, line) => line.startsWith('PS ') && block.length < 4 && /^Command start/.test(block[0] ?? ''),
  fields(text, shared) {
    for (const [name, pattern] of Object.entries(SESSION)) shared[name] ??= group(text, pattern) ?? '';
    for (const name of Object.keys(SESSION)) if (!shared[name]) delete shared[name];
    return filled({ ...shared, command: group(text, /^PS [^>\n]{0,300}> ?(\S.*)$/m) });
  },
  stamp: (text) => group(text, /^(?:Command start time|Start time|End time): (\d{14})/m),
};

const SESSION = {
  user: /^Username: (.+)$/m,
  run_as: /^RunAs User: (.+)$/m,
  host: /^Machine: (\S+)/m,
  host_application: /^Host Application: (.+)$/m,
  pid: /^Process ID: (\d+)/m,
};

/** Java's own logger: the time and the place on a line, level and message on the next. */
const javaLogger: BlockKind = {
  id: 'java-logging',
  timeField: 'first line',
  starts: /^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d{2}:\d{2} [AP]M \S+/,
  second: /^(?:SEVERE|WARNING|INFO|CONFIG|FINER?|FINEST): /,
  fields: (text) =>
    filled({
      logger: group(text, /^.*? [AP]M (\S+)/),
      level: group(text, /^(SEVERE|WARNING|INFO|CONFIG|FINER?|FINEST): /m),
      message: group(text, /^(?:SEVERE|WARNING|INFO|CONFIG|FINER?|FINEST): ([\s\S]+)$/m),
    }),
  stamp: (text) => group(text, /^(.*? [AP]M) /),
};

/** What `git log` prints. */
const gitLog: BlockKind = {
  id: 'git-log',
  timeField: 'Date',
  starts: /^commit [0-9a-f]{40}\b/,
  second: /^(?:Author|Merge): /,
  fields: (text) =>
    filled({
      commit: group(text, /^commit ([0-9a-f]{40})/),
      author: group(text, /^Author: +(.+)$/m),
      message: group(text, /^(?:Commit)?Date: .*\n\n([\s\S]+)$/m),
    }),
  stamp: (text) => group(text, /^(?:Author)?Date: +(.+)$/m),
};

export const DATED_KINDS: BlockKind[] = [
  ossec,
  slowQueries,
  modSecurity,
  datedAttributes,
  snortFull,
  transcript,
  javaLogger,
  gitLog,
];
