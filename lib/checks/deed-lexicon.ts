/**
 * What reports call an act without its API's name, as data: a verb class, what it is done to, and the names that logs have for
 * it, in lower case: `actions` are what the words say, `also` what they can mean besides, which speaks for a sentence and never
 * against it. Of AWS CloudTrail and the S3 access log, Okta, Google Workspace, Entra ID, Windows and Kubernetes.
 */
export type LexiconEntry = { verb: VerbClass; object: ObjectClass | null; actions: RegExp; also?: RegExp };
export type VerbClass = keyof typeof VERBS;
export type ObjectClass = keyof typeof OBJECTS;

/** Words of an act, as verbs and as nouns. */
export const VERBS = {
  make: /\b(?:creat(?:es?|ed|ing|ions?)|ma(?:ke|kes|de|king)|mint(?:s|ed|ing)?|issu(?:es?|ed|ing)|add(?:s|ed|ing|ition)?|generat(?:es?|ed|ing)|invent(?:s|ed|ing)?|set(?:s|ting)? up|plant(?:s|ed|ing)?|obtain(?:s|ed|ing)?|receiv(?:es?|ed|ing)|had (?:its|his|her|their) own|t(?:akes?|ook|aken)(?! (?:over|away|down|out|by|from|up|part|place)\b)|spawn(?:s|ed|ing)?|deploy(?:s|ed|ing|ment)?|install(?:s|ed|ing)?)\b/gi,
  enrol:
    /\b(?:enroll?(?:s|ed|ing|ment)?|register(?:s|ed|ing)?|activat(?:es?|ed|ing|ion)|add(?:s|ed|ing)?|arriv(?:es?|ed|al)|bound|set(?:s|ting)? up)\b/gi,
  remove:
    /\b(?:delet(?:es?|ed|ing|ions?)|remov(?:es?|ed|ing|als?)|dropp?(?:s|ed|ing)?|destroy(?:s|ed|ing)?|destruction|t(?:akes?|ook|aken) away|went|gone|wip(?:es?|ed|ing)|eras(?:es?|ed|ing)|reset(?:s|ting)?|deactivat(?:es?|ed|ing|ion)|disabl(?:es?|ed|ing)|stripp?(?:s|ed|ing)?)\b/gi,
  grant:
    /\b(?:grant(?:s|ed|ing)?|g(?:ives?|ave|iven|iving)|hand(?:s|ed|ing)?|attach(?:es|ed|ing|ment)?|assign(?:s|ed|ing|ment)?|ma(?:ke|kes|de|king)|promot(?:es?|ed|ing|ion)|elevat(?:es?|ed|ing|ion)|receiv(?:es?|ed|ing)|held|got|add(?:s|ed|ing)?)\b/gi,
  read: /\b(?:read(?:s|ing)?|download(?:s|ed|ing)?|fetch(?:es|ed|ing)?|cop(?:y|ies|ied|ying)|pull(?:s|ed|ing)?|collect(?:s|ed|ing)?|retriev(?:es?|ed|ing)|st(?:ole|olen|eals?)|exfiltrat(?:es?|ed|ing|ion))\b/gi,
  list: /\b(?:list(?:s|ed|ing|ings)?|enumerat(?:es?|ed|ing|ion)|look(?:s|ed|ing)? (?:up|through|over|around)|survey(?:s|ed|ing)?|describ(?:es?|ed|ing))\b/gi,
  share:
    /\b(?:shar(?:es?|ed|ing)|expos(?:es?|ed|ing|ure)|open(?:s|ed|ing)?|publish(?:es|ed|ing)?|hand(?:s|ed|ing)? over|hands? over|chang(?:es?|ed|ing) (?:of )?(?:the )?access|gave access|given access)\b/gi,
  stop: /\b(?:stop(?:s|ped|ping)?|switch(?:es|ed|ing)? off|turn(?:s|ed|ing)? off|disabl(?:es?|ed|ing)|suspend(?:s|ed|ing)?|halt(?:s|ed|ing)?|paus(?:es?|ed|ing)|silenc(?:es?|ed|ing))\b/gi,
  change:
    /\b(?:chang(?:es?|ed|ing)|modif(?:y|ies|ied|ying|ication)|edit(?:s|ed|ing)?|updat(?:es?|ed|ing)|alter(?:s|ed|ing)?|replac(?:es?|ed|ing)|rotat(?:es?|ed|ing|ion)|rewr(?:ote|itten))\b/gi,
  assume: /\b(?:assum(?:es?|ed|ing|ption)|t(?:akes?|ook|aken|aking) on|switch(?:es|ed|ing)? (?:in)?to)\b/gi,
  signIn:
    /\b(?:(?:sign|log)(?:s|n?ed|ged|ging|ning|ing)?[- ]?(?:in|on)s?|sign-?ins?|log-?[io]ns?|authenticat(?:es?|ed|ing|ions?)|password was accepted|guess(?:es|ed|ing)?|let in)\b/gi,
  ask: /\b(?:ask(?:s|ed|ing)?|check(?:s|ed|ing)?|learn(?:s|ed|t)?|verif(?:y|ies|ied))\b/gi,
  lock: /\b(?:lock(?:s|ed|ing)? [\w. @`-]{0,50}?out|locked out)\b/gi,
  run: /\b(?:launch(?:es|ed|ing)?|start(?:s|ed|ing)?|r(?:an|uns?|unning)|execut(?:es?|ed|ing|ion))\b/gi,
} as const satisfies Record<string, RegExp>;

/** What acts are done to. */
export const OBJECTS = {
  key: /\b(?:access keys?|(?:second|new|own|another|fresh|planted|long-lived) keys?|keys? for (?:it|him|her|them|[`\w.-]+)|(?:a|an|its|his|her|their|the) (?:own )?keys?|credentials?)\b/gi,
  user: /\b(?:users?|(?:outside |new |fresh |second |service |bogus |rogue )?accounts?|identity|identities)\b/gi,
  admin:
    /\b(?:administrator (?:rights?|role|policy|privileges?)|admin(?:istrator)?|(?:super|full|global) ?administrat(?:or|ive)\w*|administratoraccess|privileges?|polic(?:y|ies)|roles?|rights?)\b/gi,
  role: /\broles?\b/gi,
  snapshot: /\b(?:snapshots?|images?|amis?|volumes?|`?snap-[0-9a-f]+`?)\b/gi,
  buckets: /\bbuckets\b/gi,
  bucket: /\bbuckets?\b/gi,
  users: /\b(?:users|roles|keys|the accounts?|identities)\b/gi,
  object: /\b(?:objects?|files?|documents?|exports?|statements?|data)\b/gi,
  trail: /\b(?:(?:audit )?trails?|(?:audit )?logging|(?:event )?selectors?|flow logs?)\b/gi,
  factor:
    /\b(?:(?:second |old |new |mfa |fresh )?factors?|mfa|authenticators?|the (?:old|new|fresh) one|fresh one)\b/gi,
  token: /\b(?:api )?tokens?\b/gi,
  group: /\b(?:security groups?|ports?|ingress|firewall)\b/gi,
  secret: /\b(?:secrets?|passwords? (?:store|vault)|parameters?)\b/gi,
  password: /\bpasswords?\b/gi,
  instance: /\b(?:instances?|machines?|servers?|vms?)\b/gi,
  function: /\b(?:lambdas?|functions?)\b/gi,
  database: /\b(?:databases?|db instances?)\b/gi,
  self: /\b(?:who (?:it|the key|they|he|she|the caller)\b[^.,;]{0,20}|whose\b[^.,;]{0,30}|its own identity|the caller(?:'s)? identity)\b/gi,
  backup: /\b(?:backups?|recovery points?)\b/gi,
  group_member: /\b(?:groups?|members?)\b/gi,
} as const satisfies Record<string, RegExp>;

/** Any change of who may do what. */
const RIGHTS =
  /polic(?:y|ies)|addusertogroup|privilege|add member|assign|grant|role|rolebinding|user_membership|permission|acl/;

export const LEXICON: LexiconEntry[] = [
  // Keys and tokens
  {
    verb: 'make',
    object: 'key',
    actions: /^createaccesskey$|serviceaccountkeys?\.create/,
    also: /key|credential|token/,
  },
  { verb: 'grant', object: 'key', actions: /^createaccesskey$/, also: /key|credential|token/ },
  { verb: 'remove', object: 'key', actions: /^deleteaccesskey$/, also: /key|credential/ },
  { verb: 'make', object: 'token', actions: /api_token\.create$/, also: /token|key|oauth|authorize/ },
  { verb: 'remove', object: 'token', actions: /api_token\.revoke$/, also: /token|revoke/ },
  // Accounts
  {
    verb: 'make',
    object: 'user',
    actions: /^createuser$|^createaccount$|user\.lifecycle\.create$|^create_user$|create user account|^useradd$/,
    also: /createuser|lifecycle|invite|profile|member|account(?!\.privilege)|users?\.(?:create|insert)|register/,
  },
  {
    verb: 'remove',
    object: 'user',
    actions: /^deleteuser$|user\.lifecycle\.(?:delete|deactivate|suspend)|^delete_user$|delete user account/,
    also: /deleteuser|lifecycle|profile|factor|revoke|account(?!\.privilege)|users?\.delete|disable/,
  },
  {
    verb: 'grant',
    object: 'admin',
    actions: /^attach(?:user|role|group)policy$|account\.privilege\.grant$/,
    also: RIGHTS,
  },
  { verb: 'make', object: 'admin', actions: /account\.privilege\.grant$|^attachuserpolicy$/, also: RIGHTS },
  { verb: 'assume', object: 'role', actions: /^assumerole/, also: /role|federat/ },
  { verb: 'ask', object: 'self', actions: /^getcalleridentity$/, also: /getuser|whoami|getaccount/ },
  // Sign-in
  {
    verb: 'signIn',
    object: null,
    actions: /consolelogin|user\.session\.start$|user\.authentication\.auth|^login_success$|^login_failure$|logon$/,
    also: /login|sign|log-?on|session|auth|sso|federat|assume/,
  },
  {
    verb: 'enrol',
    object: 'factor',
    actions: /mfa\.factor\.activate$|^enablemfadevice$|^2sv_enroll$/,
    also: /^(?!.*(?:deactivat|reset|suspend|unenroll|disable)).*(?:mfa|factor|2sv|security info|authenticator)/,
  },
  {
    verb: 'remove',
    object: 'factor',
    actions: /mfa\.factor\.(?:deactivate|reset_all|suspend)$|^deactivatemfadevice$|^2sv_disable$/,
    also: /^(?!.*factor\.(?:activate|enroll)|enable).*(?:mfa|factor|2sv|security info|authenticator|reset)/,
  },
  {
    verb: 'lock',
    object: null,
    actions: /mfa\.factor\.(?:deactivate|reset_all)$|^deactivatemfadevice$/,
    also: /factor|password|lock|deactivate|suspend|profile|key|delete|mfa/,
  },
  {
    verb: 'change',
    object: 'password',
    actions: /update_?password$|^changepassword$|^password_edit$/,
    also: /password|profile|credential/,
  },
  // Data
  { verb: 'list', object: 'buckets', actions: /^listbuckets$/, also: /bucket|list/ },
  {
    verb: 'list',
    object: 'users',
    actions: /^listusers$|^listroles$|^getaccountauthorizationdetails$/,
    also: /list|describe|get/,
  },
  {
    verb: 'read',
    object: 'object',
    actions: /^getobject$|^rest\.get\.object$|^download$/,
    also: /get|read|download|copy|export|view|select|sync|list/,
  },
  {
    verb: 'read',
    object: 'secret',
    actions: /^getsecretvalue$|^getparameters?$|^get secrets$/,
    also: /secret|parameter|decrypt|get/,
  },
  {
    verb: 'read',
    object: null,
    actions: /^download$|^getobject$/,
    also: /get|read|download|copy|export|view|select|sync|list/,
  },
  {
    verb: 'share',
    object: 'object',
    actions: /^change_user_access$|^change_document_visibility$|^putobjectacl$/,
    also: /acl|access|shar|visibility|view|open|polic|link/,
  },
  {
    verb: 'share',
    object: null,
    actions: /^change_user_access$|^modify(?:snapshot|image)attribute$|^modifydb(?:cluster)?snapshotattribute$/,
    also: /acl|access|shar|visibility|attribute|polic|view|open|link|authorize/,
  },
  { verb: 'remove', object: 'object', actions: /^deleteobjects?$/, also: /delete|trash|expire|remove|lifecycle/ },
  // Machines, snapshots, the network
  {
    verb: 'make',
    object: 'snapshot',
    actions: /^create(?:db|dbcluster)?snapshots?$|^createimage$/,
    also: /snapshot|image|volume|copy/,
  },
  {
    verb: 'remove',
    object: 'snapshot',
    actions: /^delete(?:db|dbcluster)?snapshot$/,
    also: /snapshot|image|volume|delete/,
  },
  {
    verb: 'share',
    object: 'snapshot',
    actions: /^modify(?:db|dbcluster)?(?:snapshot|image)attribute$/,
    also: /snapshot|image|attribute|shar|polic|copy/,
  },
  {
    verb: 'share',
    object: 'group',
    actions: /^authorizesecuritygroupingress$/,
    also: /securitygroup|networkacl|ingress|egress|rule|firewall/,
  },
  { verb: 'make', object: 'group', actions: /^createsecuritygroup$/, also: /group|authorize/ },
  { verb: 'run', object: 'instance', actions: /^runinstances$/, also: /instance|launch|start/ },
  { verb: 'remove', object: 'instance', actions: /^terminateinstances$/, also: /instance|terminate|delete|stop/ },
  { verb: 'make', object: 'function', actions: /^createfunction/, also: /function|publish/ },
  { verb: 'change', object: 'function', actions: /^updatefunction/, also: /function|publish/ },
  // Logs
  {
    verb: 'stop',
    object: 'trail',
    actions: /^stoplogging$|^deletetrail$/,
    also: /log|trail|selector|stop|disable|delete|update/,
  },
  {
    verb: 'remove',
    object: 'trail',
    actions: /^deletetrail$|^deleteflowlogs$/,
    also: /log|trail|selector|stop|delete|update/,
  },
];
