import { canonicalEntity } from '../alerts/entities';
import type { Entity, EntityKind } from '../alerts/schema';

/** `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` */
const ARN = /^(arn:aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)$/i;

/**
 * The one name of a thing that has several: an address as e-mail and as user name, a role and its sessions (a role's name is
 * unique in its account), a machine or bucket and its ARN. Only what is certain: `eva` may be another person than `eva@corp.test`,
 * and a bare role name is one in every account. Null for what can't be of its kind. Pure.
 */
export function subjectOf(kind: EntityKind, raw: string): Entity | null {
  const entity = canonicalEntity(kind, raw);
  if (!entity) return null;
  if (kind === 'user' && isAddress(entity.value)) return { kind: 'email', value: entity.value.toLowerCase() };
  return kind === 'arn' ? ofArn(entity) : entity;
}

function ofArn(entity: Entity): Entity {
  const [, prefix = '', service = '', , account = '', resource = ''] = ARN.exec(entity.value) ?? [];
  const [type = '', ...names] = resource.split('/');
  const last = names.at(-1) ?? '';
  if (service === 'sts' && type === 'assumed-role' && names[0]) return role(prefix, account, names[0]);
  if (service === 'iam' && type === 'role' && last) return role(prefix, account, last);
  if (service === 'ec2' && type === 'instance' && last) return { kind: 'instance', value: last.toLowerCase() };
  if (service === 's3' && account === '' && names.length === 0 && type !== '*') {
    return { kind: 'bucket', value: type.toLowerCase() };
  }
  return entity;
}

const role = (prefix: string, account: string, name: string): Entity => ({
  kind: 'arn',
  value: `${prefix}:iam::${account}:role/${name}`,
});

const isAddress = (value: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value);

/** Patterns (ILIKE) of the values that a subject's forms have; more may match, which `subjectOf` then tells apart. Pure. */
export function formPatterns({ kind, value }: Entity): { kind: EntityKind; pattern: string }[] {
  const literal = value.replace(/[\\%_]/g, '\\$&');
  const own = { kind, pattern: literal };
  if (kind === 'email') return [own, { kind: 'user', pattern: literal }];
  if (kind === 'instance') return [own, { kind: 'arn', pattern: `arn:aws%:ec2:%:instance/${literal}` }];
  if (kind === 'bucket') return [own, { kind: 'arn', pattern: `arn:aws%:s3:::${literal}` }];
  const name = /^(arn:aws[a-z-]*):iam::(\d*):role\/([^/]+)$/.exec(value);
  if (kind !== 'arn' || !name) return [own];
  const [, prefix = '', account = ''] = name;
  const escaped = (name[3] ?? '').replace(/[\\%_]/g, '\\$&');
  return [
    own,
    { kind: 'arn', pattern: `${prefix}:iam::${account}:role/%/${escaped}` },
    { kind: 'arn', pattern: `${prefix}:sts::${account}:assumed-role/${escaped}` },
    { kind: 'arn', pattern: `${prefix}:sts::${account}:assumed-role/${escaped}/%` },
  ];
}

/** A subject in one text, as a key. */
export const entityKey = ({ kind, value }: Entity): string => `${kind}:${value}`;
