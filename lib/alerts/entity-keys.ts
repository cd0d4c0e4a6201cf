import type { EntityKind } from './schema';

/**
 * What a value under such a key is, where the value's own form does not tell. Keys are compared in lower case without
 * separators. Longer, more telling names come from the products whose documents are in fixtures/vendor-alerts.
 */
const BY_KEY: Partial<Record<EntityKind, string>> = {
  user:
    'user username callerusername srcipusername userprincipalname useraccount login loginname samaccountname actorname targetusername subjectusername ' +
    'srcuser dstuser destuser sourceuser destinationuser lastloginuser ruser euser loggedonuser alternateid callerid caller violator violatortext affecteduser impacteduser principalname initiatedby requestedby loginid ' +
    'usrname usrid usremail who benutzer benutzername nutzer nutzername anwender anmeldename kontoname utilisateur nomutilisateur ' +
    'usuario nombreusuario utente nomeutente gebruiker gebruikersnaam',
  email: 'email emailaddress mail sender senderaddress recipient recipientaddress fromaddress toaddress useremail',
  host:
    'host hostname impactedhost affectedhost clienthostname sourcehostname computername devicename machinename netbiosname devicednsname dest desthost dsthost destnthost srchost sourcehost ' +
    'srcnthost workstationname fqdn canaryname endpointname assethostname dvc computer node nodename rechner rechnername gerat geratename ' +
    'servername fileserver systemname compromisedentity machine maschine ordinateur poste serveur hote equipo maquina servidor',
  process:
    'process processname imagefilename parentprocessname initiatingprocessfilename parentimagefilename grandparentimagefilename ' +
    'initiatingprocessparentfilename prozess prozessname processus proceso',
  file: 'datei dateiname dateipfad fichier archivo filename filepath folderpath fullpath targetfilename imagepath',
  bucket: 'bucket bucketname s3bucket s3bucketname',
  account:
    'accountid awsaccountid accountuid cloudaccountid recipientaccountid subscriptionid azuresubscriptionid tenantid azuretenantid ' +
    'projectid accountnumber cloudvendorid account',
  role: 'rolename',
  access_key: 'accesskeyid accesskey awsaccesskeyid',
  instance: 'instanceid vmid ec2instanceid',
  domain: 'domain domainname dnsname query queryname hostnamefqdn dnsdomain remotedomain',
  resource:
    'resourcename clustername podname functionname secretid secretname repository reponame repositoryname databasename ' +
    'dbinstanceidentifier containername trailname assetname asset cluster namespace pod container deployment pkgname packagename',
};

const KIND_OF_KEY = new Map<string, EntityKind>();
for (const [kind, keys] of Object.entries(BY_KEY)) {
  // Object.entries widens the key; BY_KEY has entity kinds only.
  for (const key of keys.split(' ')) KIND_OF_KEY.set(key, kind as EntityKind);
}

/** Lists of names: `users: ["eva"]`. */
const PLURALS = new Map(
  ['user', 'username', 'host', 'hostname', 'computer', 'email', 'recipient', 'sender', 'domain', 'bucket', 'node'].map(
    (key) => [`${key}s`, KIND_OF_KEY.get(key)],
  ),
);

/** `name` alone says nothing; below such a parent it does. */
const NAME_BELOW: Record<string, EntityKind> = {
  user: 'user',
  benutzer: 'user',
  utilisateur: 'user',
  usuario: 'user',
  gerat: 'host',
  rechner: 'host',
  actor: 'user',
  useraccount: 'user',
  initiator: 'user',
  host: 'host',
  device: 'host',
  endpoint: 'host',
  computer: 'host',
  process: 'process',
  parent: 'process',
  file: 'file',
  bucket: 'bucket',
  s3bucket: 'bucket',
  role: 'role',
  resource: 'resource',
  resources: 'resource',
  cluster: 'resource',
  machine: 'host',
  affecteddevice: 'host',
  affectedendpoint: 'host',
  affectedhost: 'host',
  deployment: 'resource',
  server: 'host',
  asset: 'host',
  agent: 'host',
  managedagent: 'host',
  sensor: 'host',
  account: 'user',
  affecteduser: 'user',
  targetuser: 'user',
  proc: 'process',
  project: 'resource',
  repository: 'resource',
  application: 'resource',
  app: 'resource',
  pod: 'resource',
  container: 'resource',
  namespace: 'resource',
  database: 'resource',
  function: 'resource',
  workload: 'resource',
  entity: 'resource',
};

/** The kind that a parent's name gives its name; a list's is its items'. */
const namedBelow = (parent: string): EntityKind | undefined =>
  NAME_BELOW[parent] ?? (parent.endsWith('s') ? NAME_BELOW[parent.slice(0, -1)] : undefined);

/** A key in lower case without separators and accents: `Gravité` → `gravite`, `Gerätename` → `geratename`. */
export const plainKey = (key: string): string => foldAccents(key.toLowerCase()).replace(/[^a-z0-9]/g, '');

export const foldAccents = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : text.replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');

/** The kind a path's last key gives its value, if any. `path` runs from the outermost key to the value's own. */
export function kindOfPath(path: readonly string[]): EntityKind | undefined {
  const last = plainKey(path[path.length - 1] ?? '');
  const parent = plainKey(path[path.length - 2] ?? '');
  if (last === 'name' || last === 'displayname' || last === 'displayvalue') return namedBelow(parent);
  // Elsewhere an account's name is that of a tenant or cloud account.
  if (last === 'accountname')
    return /^(useraccount|userstates|hoststates|entities|loggedonusers|account)$/.test(parent) ? 'user' : undefined;
  // CloudTrail: who issued a session is the role, under the key of a user.
  if (last === 'username' && parent === 'sessionissuer') return 'role';
  if (last === 'userid' && parent === 'user') return 'user';
  if (last === 'id' && (parent === 'account' || parent === 'instance')) return parent;
  // {cloud: {account: {name}}} is a cloud account, {account: {name}} a person's.
  if (parent === 'account' && plainKey(path[path.length - 3] ?? '') === 'cloud') return undefined;
  if (last === 'uid' && parent === 'account') return 'account';
  if (last === 'uid' && (parent === 'resource' || parent === 'resources')) return 'resource';
  return KIND_OF_KEY.get(last) ?? KIND_OF_KEY.get(parent + last) ?? PLURALS.get(last);
}

/** Texts that are about the alert and not in it: help, links of the sender, product versions. */
export function isAboutTheAlert(path: readonly string[]): boolean {
  // An address below `references` is help; a whole event below it (Chronicle) is what happened.
  if (path.slice(-2).some((key) => /references?$/.test(plainKey(key)))) return true;
  return path.some((key) =>
    /recommend|remediation|runbook|documentation|helpurl|relatedurl|additionalurls|moreinfo|weburl$|consolelink|hostlink$|resultslink|drilldown|odata|^xmlns|^schema$|viewinscanner|falconhostlink|eventlink$|^type$|^links?$|selflink|^self$|toollink$|workbenchlink|(?:callback|issue|detection|html|generator|external|investigation|finding|policy|case|event|portal|dashboard|help|doc|api|template|avatar|subscribe)ur[il]s?$|alertlink|incidenturl|alerturl|console(url)?$|(?:organization|network|device|tenant)ur[il]$/.test(
      plainKey(key),
    ),
  );
}

/** Names of programs, their versions and home pages: what they mention is not what happened. */
export const isUserAgent = (key: string): boolean => /useragent$/.test(plainKey(key));

export const isVersionKey = (key: string): boolean => /version|build|release/.test(plainKey(key));

/** Below such a key 32 hexadecimal digits are an MD5; elsewhere they are mostly identifiers. */
export const isDigestKey = (key: string): boolean =>
  /hash|md5|digest|fingerprint|checksum|ioc|indicator|observable|^value$/.test(plainKey(key));

/** 40 or 64 hexadecimal digits under such a key are an identifier, not a digest of a file. */
export const isIdKey = (key: string): boolean =>
  /(id|ids|uuid|guid|uid|ref|token|etag|cursor|requestid|key|typekey)$/.test(plainKey(key)) &&
  !/hash|sha|md5/.test(plainKey(key));
