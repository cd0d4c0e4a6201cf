import { filterlogFields } from './firewalls';

/** What the messages of common programs say, as fields: the program (a pattern), and patterns with named groups. */
const PROGRAMS: { program: RegExp; messages: { event: string; pattern: RegExp; outcome?: string }[] }[] = [
  {
    program: /^sshd(?:-session|-auth)?$/,
    messages: [
      {
        event: 'login',
        outcome: 'success',
        pattern: /^Accepted (?<method>\S+) for (?<user>.*?) from (?<src_ip>\S+) port (?<src_port>\d+)/,
      },
      {
        event: 'login',
        outcome: 'failure',
        pattern:
          /^Failed (?<method>\S+) for (?:invalid user |illegal user )?(?<user>.*?) from (?<src_ip>\S+) port (?<src_port>\d+)/,
      },
      {
        event: 'login',
        outcome: 'failure',
        pattern: /^(?:Invalid|Illegal) user (?<user>.*?) from (?<src_ip>\S+)(?: port (?<src_port>\d+))?/,
      },
      {
        // Whoever leaves while "authenticating" was never let in.
        event: 'disconnect',
        outcome: 'failure',
        pattern:
          /^(?:Disconnected from|Connection (?:closed|reset) by) (?:invalid|authenticating) user (?<user>\S+) (?<src_ip>[0-9a-fA-F.:]+) port (?<src_port>\d+)/,
      },
      {
        event: 'disconnect',
        pattern:
          /^(?:Disconnected from|Connection (?:closed|reset) by|Received disconnect from)(?: (?:invalid |authenticating )?user (?<user>\S+))? (?<src_ip>[0-9a-fA-F.:]+) port (?<src_port>\d+)/,
      },
      { event: 'connect', pattern: /^Connection from (?<src_ip>\S+) port (?<src_port>\d+)/ },
    ],
  },
  {
    program: /^krb5kdc$/,
    messages: [
      {
        event: 'kerberos_request',
        pattern:
          /^(?<request>AS_REQ|TGS_REQ) \([^{)]*\{[^}]*\}\) (?<src_ip>[0-9a-fA-F.:]+): (?<result>[A-Z_]+): (?:authtime \d+, )?(?:etypes \{[^}]*\}, )?(?<user>\S+) for (?<service>[^,\s]+)/,
      },
    ],
  },
  {
    // Samba's full_audit, as its manual sets it up.
    program: /^smbd_audit$/,
    messages: [
      {
        event: 'file_access',
        pattern:
          /^(?<user>[^|]+)\|(?<src_ip>[0-9a-fA-F.:]+)\|(?<client_host>[^|]+)\|(?<share>[^|]+)\|(?<operation>\w+)\|(?<result>ok|fail[^|]*)\|(?<path>.*)$/,
      },
    ],
  },
  {
    program: /^sudo$/,
    messages: [
      {
        event: 'sudo',
        pattern:
          /^\s*(?<user>\S+) : (?:(?<reason>[^;=]+) ; )?(?:TTY=(?<tty>\S+) ; )?PWD=(?<pwd>.*?) ; USER=(?<target_user>\S+) ;(?: GROUP=\S+ ;)?(?: ENV=.*? ;)? COMMAND=(?<command>.*)$/,
      },
    ],
  },
  {
    program: /^su$/,
    messages: [
      { event: 'su', outcome: 'failure', pattern: /^FAILED SU \(to (?<target_user>\S+)\) (?<user>\S+) on (?<tty>\S+)/ },
      { event: 'su', outcome: 'success', pattern: /^\(to (?<target_user>\S+)\) (?<user>\S+) on (?<tty>\S+)/ },
    ],
  },
  {
    program: /^(?:useradd|adduser|userdel|usermod|groupadd|passwd|chpasswd)$/,
    messages: [
      { event: 'user_added', pattern: /^new user: name=(?<target_user>[^,]+), UID=(?<uid>\d+)/ },
      { event: 'user_deleted', pattern: /^delete user '(?<target_user>[^']+)'/ },
      { event: 'group_changed', pattern: /^add '(?<target_user>[^']+)' to (?:shadow )?group '(?<group>[^']+)'/ },
      { event: 'password_changed', pattern: /password changed for (?<target_user>\S+)/ },
    ],
  },
  {
    program: /^(?:smtpd|submission|smtps)$/,
    messages: [
      {
        event: 'login',
        outcome: 'failure',
        pattern:
          /^warning: \S*\[(?<src_ip>[^\]]+)\](?::\d+)?: SASL (?<method>\S+) authentication failed(?::.*?sasl_username=(?<user>[^,\s]+))?/,
      },
      {
        event: 'login',
        outcome: 'success',
        pattern:
          /^(?<queue_id>\w+): client=(?<client>[^[\s]*)\[(?<src_ip>[^\]]+)\](?::\d+)?, sasl_method=(?<method>[^,]+), sasl_username=(?<user>[^,\s]+)/,
      },
      { event: 'message', pattern: /^(?<queue_id>\w+): client=(?<client>[^[\s]*)\[(?<src_ip>[^\]]+)\]/ },
      { event: 'connect', pattern: /^connect from (?<client>[^[\s]*)\[(?<src_ip>[^\]]+)\]/ },
      {
        event: 'disconnect',
        pattern: /^(?:disconnect|lost connection after \S+) from (?<client>[^[\s]*)\[(?<src_ip>[^\]]+)\]/,
      },
    ],
  },
  {
    program: /^dovecot$/,
    messages: [
      {
        event: 'login',
        outcome: 'success',
        pattern:
          /^(?<service>[\w-]+-login): (?:Info: )?Login: user=<(?<user>[^>]*)>, (?:method=(?<method>[^,]+), )?rip=(?<src_ip>[^,]+)/,
      },
      {
        event: 'login',
        outcome: 'failure',
        pattern:
          /^(?<service>[\w-]+-login): (?:Info: )?(?:Aborted login|Disconnected|Login aborted)[^<]*\(auth failed[^)]*\)[^<]*user=<(?<user>[^>]*)>, (?:method=(?<method>[^,]+), )?rip=(?<src_ip>[^,]+)/,
      },
    ],
  },
  {
    program: /^haproxy$/,
    messages: [
      {
        event: 'request',
        pattern:
          /^(?<src_ip>[0-9a-fA-F.:]+):(?<src_port>\d+) \[[^\]]+\] (?<frontend>\S+) (?<backend>[^\s/]+)\/(?<server>\S+) [-+\d/]+ (?<status>-?\d+) \+?(?<bytes>\d+) .*?"(?<method>[A-Z]+) (?<uri>\S+)(?: (?<protocol>HTTP\/[\d.]+))?"/,
      },
      {
        event: 'connect',
        pattern:
          /^(?<src_ip>[0-9a-fA-F.:]+):(?<src_port>\d+) \[[^\]]+\] (?<frontend>\S+) (?<backend>[^\s/]+)\/(?<server>\S+) [-+\d/]+ \+?(?<bytes>\d+) /,
      },
    ],
  },
  {
    program: /^(?:dnsmasq|named|unbound)$/,
    messages: [
      { event: 'query', pattern: /^(?:\d+ \S+ )?query\[(?<type>\w+)\] (?<query>\S+) from (?<src_ip>\S+)/ },
      { event: 'reply', pattern: /^(?:\d+ \S+ )?(?:reply|cached|config) (?<query>\S+) is (?<answer>\S+)/ },
      {
        event: 'query',
        pattern:
          /client (?:@0x[0-9a-f]+ )?(?<src_ip>[0-9a-fA-F.:]+)#(?<src_port>\d+)(?: \([^)]*\))?: (?:view \S+: )?query: (?<query>\S+) \S+ (?<type>\S+)/,
      },
      { event: 'query', pattern: /^\[[\d:]+\] info: (?<src_ip>\S+) (?<query>\S+) (?<type>[A-Z0-9]+) IN/ },
    ],
  },
  {
    program: /^(?:dhcpd|dnsmasq-dhcp)$/,
    messages: [
      {
        event: 'dhcp',
        pattern:
          /^(?<message_type>DHCP[A-Z]+)(?:\(\S+\))? (?:(?:on|for|of) )?(?<ip>\d+\.\d+\.\d+\.\d+)(?: \([\d.]+\))? (?:(?:to|from) )?(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})(?: \(?(?<client_host>[^\s)]+)\)?)?/,
      },
      {
        event: 'dhcp',
        pattern: /^(?<message_type>DHCP[A-Z]+)(?:\(\S+\))? (?:from )?(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})/,
      },
    ],
  },
  {
    program: /^kernel$/,
    messages: [
      {
        event: 'module_loaded',
        pattern: /^(?:\[[\d. ]+\] )?(?<module>[\w-]+): (?:loading out-of-tree module|module verification failed)/,
      },
    ],
  },
  {
    program: /^systemd$/,
    messages: [
      { event: 'service_started', pattern: /^(?:Starting|Started) (?<unit>[\w@\\.:-]+\.(?:service|timer|socket))\b/ },
      { event: 'service_stopped', pattern: /^(?:Stopping|Stopped) (?<unit>[\w@\\.:-]+\.(?:service|timer|socket))\b/ },
    ],
  },
  {
    // Each task that Ansible runs on a machine, with what it was given.
    program: /^(?:python[\d.]*|ansible-.+)$/,
    messages: [{ event: 'ansible', pattern: /^ansible-(?<task>[\w.]+) Invoked with (?<arguments>.*)$/ }],
  },
  {
    program: /^cron$/i,
    messages: [{ event: 'cron', pattern: /^\((?<user>[^)]+)\) CMD \((?<command>.*)\)$/ }],
  },
];

const PAM: { event: string; pattern: RegExp; outcome?: string }[] = [
  {
    event: 'session_opened',
    pattern: /pam_unix\((?<service>\S+):session\): session opened for user (?<user>[^\s(]+)/,
  },
  {
    event: 'session_closed',
    pattern: /pam_unix\((?<service>\S+):session\): session closed for user (?<user>[^\s(]+)/,
  },
  {
    event: 'login',
    outcome: 'failure',
    pattern:
      /pam_unix\((?<service>\S+):auth\): authentication failure;.*?rhost=(?<src_ip>\S*)(?:\s+user=(?<user>\S+))?/,
  },
];

/** The fields of a program's message, or undefined when nothing of it is known. */
export function programFields(program: string, message: string): Record<string, string> | undefined {
  if (program === 'filterlog') return filterlogFields(message);
  const own = PROGRAMS.find((known) => known.program.test(program))?.messages ?? [];
  for (const { event, pattern, outcome } of [...own, ...PAM]) {
    const groups = pattern.exec(message)?.groups;
    if (!groups) continue;
    const found = Object.entries(groups).filter((entry): entry is [string, string] => Boolean(entry[1]));
    return { event, ...(outcome ? { outcome } : {}), ...Object.fromEntries(found) };
  }
  return undefined;
}
