import type { ActionRule } from './action';

type Pattern = Omit<ActionRule, 'actions'> & {
  /** Against the action's name, and when `inRequest`, against the request or command line as well. */
  match: RegExp;
  inRequest?: boolean;
};

const p = (
  level: ActionRule['level'],
  techniques: string,
  did: string,
  match: RegExp,
  extra: Partial<Pattern> = {},
): Pattern => ({
  level,
  techniques: techniques.split(' '),
  did,
  match,
  ...extra,
});

/** For logs without a table of their own: verbs and objects in action names, and command lines. First match wins. */
export const GENERIC: Pattern[] = [
  p(
    'critical',
    'T1070.001',
    'cleared a log',
    /^(1102|104)$|wevtutil(\.exe)?\s+cl|clear-eventlog|log.?clear|audit.?log.*(clear|purge)/i,
    { inRequest: true },
  ),
  p(
    'critical',
    'T1562.008',
    'switched logging or auditing off',
    /(delete|remove|disable|stop|destroy|deactivate|suspend)[a-z._ /:-]*(audit|log(ging|s|_?sink|stream)?\b|trail|diagnostic|flow.?log|sink)|(sink|log|audit|trail|diagnostic)[a-z._/:-]*(delete|remove|disable|stop|destroy)/i,
  ),
  p(
    'critical',
    'T1562.001',
    'switched protection or alerts off',
    /(delete|remove|disable|stop|destroy|deactivate|dismiss)[a-z._ /:-]*(alert|detect|defender|antivirus|monitor|security|firewall|guard|protect|scan|rule|polic)|(alert|detector|security|scanning|protection|firewall|two_?factor|actiongroups?|branch_protection)[a-z._/:-]*(delete|remove|disable|destroy|dismiss)|Set-MpPreference.*-Disable|sc(\.exe)?\s+(stop|delete)\s|netsh.*firewall.*(off|disable)/i,
    { inRequest: true },
  ),
  p(
    'critical',
    'T1003',
    'dumped credentials',
    /sekurlsa|lsadump|procdump.*lsass|comsvcs.*minidump|mimikatz|ntds\.dit|reg(\.exe)?\s+save\s+hklm\\(sam|security|system)|dcsync/i,
    { inRequest: true },
  ),
  p(
    'critical',
    'T1490',
    'destroyed backups or recovery',
    /vssadmin.*delete|shadowcopy.*delete|wbadmin.*delete|bcdedit.*recoveryenabled.*no|(delete|purge|destroy)[a-z._/:-]*(backup|snapshot|recovery|vault)/i,
    { inRequest: true },
  ),
  p('critical', 'T1486', 'encrypted data', /ransom|encrypt.*(all|files)|cipher\s+\/w/i),
  p(
    'high',
    'T1556.006',
    'took a second factor off',
    /(disable|remove|delete|reset|deactivate|bypass)[a-z._ /:-]*(mfa|2fa|2sv|two.?factor|second.?factor|strong.?auth)|(mfa|2fa|2sv|two.?factor)[a-z._/:-]*(disable|remove|delete|reset|unenroll|turn.?off)/i,
  ),
  p(
    'high',
    'T1098.003',
    'gave an identity more rights',
    /(grant|add|assign|attach|create|set|elevate|bind|make)[a-z._ /:-]*(admin|owner|role|privilege|permission|iam|polic|member|binding)|(admin|role|privilege|rolebinding|permission|elevateaccess)[a-z._/:-]*(grant|add|assign|create|write|elevate|set|update|made)|SetIamPolicy|net(1|\.exe)?\s+(local)?group.*\/add|^47(28|32|56)$/i,
    { inRequest: true },
  ),
  p(
    'high',
    'T1098.001',
    'made new credentials',
    /(create|add|generate|regenerate|upload|new|issue)[a-z._ /:-]*(key|token|secret|credential|password|certificate|\bpat\b)|(token|key|secret|credential|personal_access_token|deploy_key)[a-z._/:-]*(create|add|generate|grant|issue)|serviceaccountkey/i,
  ),
  p(
    'high',
    'T1136',
    'created an account',
    /(create|add|invite|register|provision)[a-z._ /:-]*(user|account|member|service.?principal)|(user|account|member|serviceaccount)[a-z._/:-]*(create|invite|add)|net(1|\.exe)?\s+user\s+\S+\s+\S+\s+\/add|^4720$/i,
    { inRequest: true },
  ),
  p(
    'high',
    'T1537',
    'shared data outside',
    /(shar(e|ed|ing)|visibility|public)[a-z._ /:-]*(extern|public|anonymous|anyone|link)|(make|made|set|change)[a-z._/:-]*public|public_repo|repo\.access|anonymous.?link|external.?sharing|allUsers|allAuthenticatedUsers|shared_externally/i,
    { inRequest: true },
  ),
  p(
    'high',
    'T1530',
    'exported or downloaded data',
    /export|download|takeout|bulk.?(read|get)|dump|extract|data.?transfer|^clone$|repo\.download_zip|git\.clone/i,
  ),
  p('high', 'T1609', 'ran a command in a container', /pods?\/(exec|attach|portforward)|exec\b.*pods|connect.*pods/i, {
    inRequest: true,
  }),
  p(
    'high',
    'T1552.007',
    'read secrets',
    /(get|list|read|access|view|retrieve)[a-z._ /:-]*(secret|credential|password|vault)|AccessSecretVersion|secrets?\/(read|get|list)/i,
    { inRequest: true },
  ),
  p(
    'high',
    'T1651',
    'ran commands on machines',
    /run.?command|invoke.?command|runShellScript|execute.?(command|script)|remote.?session/i,
  ),
  p(
    'high',
    'T1059.001',
    'ran an obfuscated or downloading script',
    /powershell.*(-e(nc|c|ncodedcommand)?\s|downloadstring|iex\b|invoke-expression|frombase64|hidden)|certutil.*(urlcache|decode)|bitsadmin.*transfer|mshta.*(http|javascript)|regsvr32.*\/i:http|rundll32.*javascript|(curl|wget)\s.*\|\s*(ba)?sh/i,
    { inRequest: true },
  ),
  p(
    'high',
    'T1053.005',
    'made a scheduled task or service',
    /schtasks.*\/create|^4698$|^7045$|sc(\.exe)?\s+create|new-service|cronjobs?.*create|create.*cronjob/i,
    { inRequest: true },
  ),
  p(
    'medium',
    'T1114.003',
    'made a mail rule or forwarding',
    /(new|set|create|update)-?[a-z._ ]*(inbox|forward|transport)[a-z._ ]*(rule)?|forwarding|autoforward|delegat/i,
  ),
  p(
    'medium',
    'T1485',
    'deleted something',
    /\b(delete|destroy|purge|wipe|erase)|[a-z](Delete|Destroy|Purge)|\.(delete|remove|destroy)d?\b|_DELETE|DELETE_/i,
  ),
  p(
    'medium',
    'T1098',
    'disabled or removed something',
    /\b(disable|deactivate|suspend|revoke|remove)|[a-z](Disable|Deactivate|Revoke|Remove)|\.(disable|deactivate|revoke|remove)d?\b/i,
  ),
  p(
    'medium',
    'T1098',
    'changed access or settings',
    /(password|credential|oauth|sso|saml|policy|permission|role|acl|firewall|ip_allow)[a-z._ /:-]*(change|update|modif|set|patch|reset)|(change|update|modif|patch|reset|set)[a-z._ /:-]*(password|credential|oauth|sso|saml|policy|permission|role|acl|firewall)/i,
  ),
  p(
    'low',
    'T1082',
    'looked around',
    /whoami|net(1|\.exe)?\s+(user|group|view)|nltest|systeminfo|ipconfig|quser|tasklist|adfind|bloodhound|sharphound/i,
    { inRequest: true },
  ),
];

/** The first pattern that an action (or its command line) matches. */
export function genericRule(action: string, request: string): ActionRule | null {
  const found = GENERIC.find(
    (pattern) =>
      pattern.match.test(action) || (pattern.inRequest === true && request !== '' && pattern.match.test(request)),
  );
  return found ? { ...found, actions: [action] } : null;
}
