import { SECRET_NAMES } from './secret-names';

/** Kinds by form. Each pattern is linear: bounded repeats behind a literal. */
export const FORMS: [string, RegExp][] = [
  [
    'private key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----BEGIN)[\s\S]){0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g,
  ],
  ['private key', /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\]{0,12000}/g],
  ['private key', /(?<=Private-Lines: \d{1,3}\s{1,4})[A-Za-z0-9+/=\s]{40,4000}?(?=\s*Private-MAC|$)/g],
  ['private key', /\bAGE-SECRET-KEY-1[A-Z0-9]{40,80}/g],
  [
    'JWT',
    /\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{0,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,400}/g,
  ],
  ['JWT', /\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,4000}/g],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255})/g],
  ['GitLab token', /\bgl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_-]{20,200}/g],
  ['Slack token', /\bxox[a-z]-[A-Za-z0-9-]{10,300}|\bxapp-[A-Za-z0-9-]{10,300}/g],
  ['Slack webhook', /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{10,200}/g],
  ['Anthropic key', /\bsk-ant-[A-Za-z0-9_-]{16,300}/g],
  ['API key', /\bsk-(?:(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{20,300}|[A-Za-z0-9]{20,300}\b)/g],
  [
    'API key',
    /\b(?:gsk_[A-Za-z0-9]{40,60}|xai-[A-Za-z0-9]{60,100}|NRAK-[A-Z0-9]{27}|secret_[A-Za-z0-9]{43}\b|ntn_[A-Za-z0-9]{40,60})/g,
  ],
  ['Hugging Face token', /\bhf_[A-Za-z0-9]{30,40}\b/g],
  ['registry token', /\b(?:dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,60}|pypi-AgE[A-Za-z0-9_-]{50,400})/g],
  ['Databricks token', /\bdapi[0-9a-f]{32}(?:-\d)?\b/g],
  [
    'cloud token',
    /\b(?:do[opr]_v1_[0-9a-f]{64}|pul-[0-9a-f]{40}|dp\.[a-z]{2,5}\.[A-Za-z0-9]{40,60}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,80}|HRKU-[A-Za-z0-9_-]{36,90})/g,
  ],
  ['Shopify token', /\bshp(?:at|ca|pa|ss)_[0-9a-f]{32}\b/g],
  ['Vault token', /\bhv[sbr]\.[A-Za-z0-9_-]{24,300}/g],
  ['Grafana token', /\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,400}/g],
  ['Atlassian token', /\bATATT3[A-Za-z0-9_=-]{60,400}/g],
  ['Linear key', /\blin_(?:api|oauth)_[A-Za-z0-9]{40,70}/g],
  ['Sentry token', /\bsntry[su]_[A-Za-z0-9+/=_-]{40,400}/g],
  ['Square token', /\b(?:EAAA[A-Za-z0-9_-]{60}\b|sq0[a-z]{3}-[A-Za-z0-9_-]{22,60})/g],
  ['mail key', /\b(?:key-[0-9a-f]{32}\b|[0-9a-f]{32}-us\d{1,2}\b)/g],
  ['Telegram token', /(?<=\bbot|\b)\d{8,10}:AA[A-Za-z0-9_-]{33}/g],
  ['Entra client secret', /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/g],
  [
    'password hash',
    /\$(?:2[aby]\$\d{2}\$[./A-Za-z0-9]{53}|(?:[156]|y|gy|sha1)\$(?:[^$:\s]{1,60}\$){1,3}[./A-Za-z0-9]{22,100})/g,
  ],
  ['NTLM hash', /(?<=:\d{1,10}:)[0-9a-fA-F]{32}:[0-9a-fA-F]{32}(?=:::)/g],
  ['Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,200}/g],
  [
    'Google key',
    /\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,400}|\bGOCSPX-[A-Za-z0-9_-]{24,40}|(?<![\w/])1\/\/0[A-Za-z0-9_-]{40,200}|\bAAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{100,200}/g,
  ],
  [
    'webhook',
    /\b(?:discord(?:app)?\.com\/api\/webhooks\/\d{10,25}\/[A-Za-z0-9_-]{40,100}|[a-z0-9-]{1,60}\.webhook\.office\.com\/webhookb2\/[A-Za-z0-9@/_-]{10,300})/g,
  ],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}/g],
  ['Socdown key', /\bsocdown_[A-Za-z0-9_-]{40,60}/g],
  // Temporary credentials of AWS by how they begin, also as part of an address (%2B) or with escaped slashes.
  [
    'AWS session token',
    /(?<![A-Za-z0-9+/])(?:AQo[DE]|FQo[DG]|FwoG|IQoJ|AgoJ)(?:[A-Za-z0-9+/_-]|\\{1,2}\/|%2[BbFf]){90,4000}(?:=|%3[Dd]|\\u003[Dd]){0,2}/g,
  ],
  ['SendGrid key', /\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,100}/g],
];

/** What stands behind a group that is kept: a name, a scheme, a user. */
export const AFTER_NAME: [string, RegExp][] = [
  // The pair as consoles and CSV files give it: the id stays, the secret goes.
  ['AWS secret key', /((?:AKIA|ASIA)[0-9A-Z]{16}[^A-Za-z0-9+/\n]{1,12})[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])/g],
  [
    'authorization',
    /(\bauthorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?(?:bearer|basic|token|apikey|splunk|digest|negotiate|ssws|key)\s+)(?!«)[^\s"'\\,;]{6,8000}/gi,
  ],
  ['bearer token', /(\bbearer\s+)(?=[^\s"'\\,;]{0,200}\d)[A-Za-z0-9._~+/=-]{20,8000}/gi],
  ['password', /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,200}:)(?!«)[^\s/@"'<>]{3,300}(?=@)/gi],
  ['password', /(\s(?:-u|--user)[ =]["']?[^\s:"']{1,100}:)(?!«)[^\s"']{3,200}/g],
  [
    'signature',
    /([?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature)=)[^&\s"'<>\\]{10,4000}/gi,
  ],
  ['token', /(\bhttps?:\/\/)(?!«)[A-Za-z0-9_-]{32,300}(?=@)/g],
  [
    'token',
    /([?&](?:token|code|auth|key|samlresponse|assertion|jwt|sid|session_?id)=)(?=[^&\s"'<>\\]{0,60}\d)[^&\s"'<>\\«]{24,8000}/gi,
  ],
  ['SAML response', /(\bSAML(?:Response|Request|Assertion)=)[A-Za-z0-9+/=%_-]{60,20000}/g],
  ['header', /(\bx-[a-z-]{0,40}(?:token|key|secret|auth)["']?\s{0,3}:\s{0,3}["']?)(?!«)[^\s"'\\,;«]{12,4000}/gi],
  [
    'header',
    /("name"\s{0,3}:\s{0,3}"(?:[a-z-]{0,40}(?:token|api-?key|secret|authorization|cookie))"\s{0,3},\s{0,3}"value"\s{0,3}:\s{0,3}")(?!«)[^"«]{8,8000}/gi,
  ],
  ['token', /(\b[A-Z][A-Z0-9_]{0,40}_TOKEN=["']?)(?!«)[^\s"'«$<]{12,2000}/g],
  ['value', new RegExp(`(<[\\w:.-]{0,60}?(?:${SECRET_NAMES})>)(?!«)[^<«]{4,4000}(?=</)`, 'gi')],
  // Passwords as arguments of the tools that take them.
  [
    'password',
    /(\b(?:sshpass|psexec(?:64)?(?:\.exe)?|paexec(?:\.exe)?|crackmapexec|nxc|evil-winrm|plink(?:\.exe)?|pscp)\b[^\n]{0,300}?\s-(?:p|pw)\s{1,3}["']?)(?!«)[^\s"'«]{3,200}/gi,
  ],
  ['password', /(\bmysql(?:dump|admin)?\b[^\n|;]{0,200}?\s-p)(?!«)[^\s"'«-][^\s"'«]{2,200}/g],
  ['password', /(\s-U\s{1,3}["']?[^\s%"']{1,100}%)(?!«)[^\s"'«]{3,200}/g],
  ['password', /(\bnet1?(?:\.exe)?["']?\s{1,5}user\s{1,5}[^\s/]{1,100}\s{1,5}["']?)(?![/«*])[^\s"'«]{3,200}/gi],
  [
    'password',
    /(\bnet1?(?:\.exe)?["']?\s{1,5}use\b[^\n]{0,300}?\/u(?:ser)?:\S{1,100}\s{1,5}["']?)(?![/«*])[^\s"'«]{3,200}/gi,
  ],
  ['password', /(\bConvertTo-SecureString\s{1,5}(?:-String\s{1,5})?["'])(?!«)[^"'\n«]{3,300}(?=["'])/gi],
  ['storage key', /(\b(?:AccountKey|SharedAccessKey)=)[A-Za-z0-9+/=]{20,200}/g],
  [
    'secret',
    /(--?(?:password|passwd|pass|token|secret|api-?key|secret-?key|client-?secret)[ \t]+["']?)[^\s"'|;&«-][^\s"'|;&]{3,300}/gi,
  ],
];

/** A Cookie header with its pairs, and the pairs that open a session: elsewhere a session id is what an investigation follows. */
export const COOKIES = /\b(?:set-)?cookie(?:\\*["'])?\s{0,3}[:=]\s{0,3}(?:\\*["'])?[^\n"'\\]{12,4000}/gi;
export const COOKIE_PAIR =
  /((?:^|[;:=\s"'])[\w.-]{0,40}(?:sess(?:ion)?(?:_?id)?|sid|token|auth|jwt)=)(?!«)[^;\s"'\\«]{12,4000}/gi;
