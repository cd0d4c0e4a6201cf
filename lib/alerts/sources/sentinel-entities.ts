import type { Entity } from '../schema';
import { at, type Doc, isDoc, text } from './fields';

/**
 * An entity of Sentinel: {kind, properties} of incidents, {Type, …} of SecurityAlert rows.
 * https://learn.microsoft.com/azure/sentinel/entities-reference
 */
export function entityOf(doc: Doc): Entity[] {
  const inner = at(doc, 'properties');
  const fields = isDoc(inner) ? inner : doc;
  const kind = (text(doc, 'kind') ?? text(doc, 'Type') ?? '').toLowerCase().replace(/[^a-z]/g, '');
  return (READERS[kind]?.(fields) ?? []).flatMap(([kindOf, value]): Entity[] =>
    value && value.length <= 2048 ? [{ kind: kindOf, value }] : [],
  );
}

type Found = [Entity['kind'], string | undefined][];

const READERS: Record<string, (fields: Doc) => Found> = {
  account: (fields) => {
    const name = text(fields, 'accountName', 'Name');
    const suffix = text(fields, 'upnSuffix', 'UPNSuffix');
    const account =
      text(fields, 'userPrincipalName') ?? (name && suffix && !name.includes('@') ? `${name}@${suffix}` : name);
    return [
      ['user', account ?? text(fields, 'displayName', 'friendlyName')],
      ['email', account?.includes('@') ? account : undefined],
    ];
  },
  host: (fields) => [['host', text(fields, 'hostName', 'netBiosName', 'friendlyName')]],
  azureresource: (fields) => [['resource', lastSegment(text(fields, 'resourceId'))]],
  process: (fields) => [
    ['process', text(fields, 'imageFile.name', 'friendlyName', 'commandLine') ?? text(fields, 'processId')],
    ['file', text(fields, 'imageFile.directory')],
  ],
  file: (fields) => [
    [
      'file',
      [text(fields, 'directory'), text(fields, 'fileName', 'Name', 'friendlyName')].filter(Boolean).join('\\') ||
        undefined,
    ],
  ],
  filehash: (fields) => [['hash', text(fields, 'hashValue', 'Value')]],
  ip: (fields) => [['ip', text(fields, 'address')]],
  url: (fields) => [['url', text(fields, 'url')]],
  dnsresolution: (fields) => [['domain', text(fields, 'domainName')]],
  dns: (fields) => [['domain', text(fields, 'domainName')]],
  cloudapplication: (fields) => [['resource', text(fields, 'appName', 'Name', 'friendlyName')]],
  mailbox: (fields) => [['email', text(fields, 'mailboxPrimaryAddress', 'upn')]],
  mailmessage: (fields) => [['email', text(fields, 'sender', 'p1Sender')]],
  securitygroup: (fields) => [['resource', text(fields, 'distinguishedName', 'friendlyName')]],
  malware: (fields) => [['resource', text(fields, 'malwareName', 'Name', 'friendlyName')]],
  registrykey: (fields) => [['resource', text(fields, 'key')]],
  iotdevice: (fields) => [['host', text(fields, 'deviceName', 'friendlyName')]],
};

const lastSegment = (id: string | undefined): string | undefined => id?.slice(id.lastIndexOf('/') + 1);
