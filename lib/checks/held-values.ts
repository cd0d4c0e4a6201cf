import type { Claim } from './claims';
import { type EvidenceIndex, squash } from './evidence-index';
import { hasStatus } from './status-names';

/** Whether a record has what a claim names, as it is or as people write it. */
export function holds(claim: Claim, record: EvidenceIndex): boolean {
  if (hasStatus(record, claim.value)) return true;
  if (claim.time) return record.hasTime(claim.time) || hasTimeText(record, claim.value);
  if (claim.range) return record.hasAddressIn(claim.range) || record.has(claim.value);
  if (/^\d{10}(?:\d{3})?$/.test(claim.value)) {
    const epoch = Number(claim.value.padEnd(13, '0'));
    if (record.times().some((time) => Math.floor(time / 1000) === Math.floor(epoch / 1000))) return true;
  }
  // The right to call something is named after it: `ec2:GetPasswordData`.
  const action =
    claim.kind === 'quote' || claim.kind === 'id' ? /^[a-z0-9-]+:([A-Z]\w+)$/.exec(claim.value)?.[1] : undefined;
  // `user/name`, `AKIA…/session`: each part is there.
  const parts = claim.kind === 'id' && claim.value.length < 200 ? claim.value.split('/') : [];
  // `POST /login`, of a query that asks for the method and has the path in its rows.
  const [, method, target] = /^([A-Z]{3,7}) (\/\S+)$/.exec(claim.value) ?? [];
  if (method && target && record.has(method) && record.has(target)) return true;
  // A query for `helpdesk.6e95` is about `helpdesk.6e95@corp.example`.
  const local = /^([\w+-]*[\d._+-][\w.+-]*)@/.exec(claim.value)?.[1];
  if (local && local.length > 5 && record.asks(local)) return true;
  return (
    isNetwork(claim.value, record) ||
    record.has(claim.value) ||
    hasPattern(claim, record) ||
    isComposed(claim.value, record) ||
    isCommand(claim, record) ||
    isInPlace(claim, record) ||
    (action !== undefined && record.has(action)) ||
    (parts.length === 2 && parts.every((part) => part.length > 3 && record.has(part)))
  );
}

const NETWORK_COLUMN = /asn|autonomous|(?:^|[._])as(?:_?n(?:umber|o)?)?(?:[._]|$)/i;

/** `AS3320`, of a log that has the bare number in a column of its own. */
function isNetwork(value: string, record: EvidenceIndex): boolean {
  const number = /^AS ?(\d{1,10})$/.exec(value)?.[1];
  if (!number) return false;
  const isOf = (columns: string[], cells: unknown[]) =>
    cells.some((cell, at) => String(cell) === number && NETWORK_COLUMN.test(columns[at] ?? ''));
  return (
    record.tables().some(({ columns, rows }) => rows.some(({ cells }) => isOf(columns, cells))) ||
    ['asn', 'asnumber', 'as_number', 'autonomoussystemnumber'].some((name) => record.has(`${name}:${number}`))
  );
}

/** Whether a record has a time as it is written: anywhere, or as a cell of a column that has the minutes of a day as text (`10:22`). */
export const hasTimeText = (record: EvidenceIndex, value: string): boolean =>
  (value.length > 7 && record.has(value)) || hasClock(record, value);

const hasClock = (record: EvidenceIndex, value: string): boolean =>
  /^\d{1,2}:\d\d(?::\d\d)?Z?$/.test(value) &&
  record.tables().some(({ rows }) => rows.some(({ cells }) => cells.includes(value.replace(/Z$/, ''))));

/** `payments/ledger-0`: a namespace and a name, a repository and its owner, that one row has in two cells. */
function isInPlace({ kind, value }: Claim, record: EvidenceIndex): boolean {
  if (kind !== 'quote' || !/^[\w.-]{3,80}\/[\w.-]{3,80}$/.test(value)) return false;
  const parts = value.split('/').map(squash);
  return record.tables().some(({ rows }) => rows.some(({ text }) => parts.every((part) => text.includes(part))));
}

/** `useradd -o -u 0`: a command that a log has word by word, in neighbouring cells. */
function isCommand({ kind, value }: Claim, record: EvidenceIndex): boolean {
  if (kind !== 'quote' || !/\s/.test(value) || value.length > 400) return false;
  const words = squash(value);
  return record.tables().some(({ rows }) => rows.some(({ text }) => text.includes(words)));
}

/** `user/<name>`, a name with stars: a pattern that something in the evidence fits. */
const WILD = /\*+|<[\w -]{1,30}>|\{[\w -]{1,30}\}|…|\.\.\./;

function hasPattern({ kind, value }: Claim, record: EvidenceIndex): boolean {
  if (kind !== 'quote' || value.length > 200 || !WILD.test(value)) return false;
  const parts = value.split(new RegExp(WILD, 'g'));
  // Something must be left to be compared.
  return parts.join('').replace(/[^\p{L}\p{N}]/gu, '').length > 3 && record.hasPattern(parts);
}

const BUCKET_URL =
  /^(?:https?:\/\/)?(?:([a-z0-9][\w.-]*?)\.s3[.-][\w.-]*amazonaws\.com|(?:s3[\w.-]*\.amazonaws|storage\.googleapis)\.com\/([\w.-]+)|([a-z0-9]+)\.blob\.core\.windows\.net)(?:\/|$)/i;

/** An ARN or a bucket's address that a person makes of the names that a log has. */
function isComposed(value: string, record: EvidenceIndex): boolean {
  const bucket = BUCKET_URL.exec(value)?.slice(1).find(Boolean);
  if (bucket) return record.has(bucket);
  if (!/^arn:aws[\w-]*:/i.test(value)) return false;
  const [, , , , account = '', ...resource] = value.split(':');
  const [type = '', ...names] = resource.join(':').split(/[/:]/);
  const parts = [account, ...(names.length > 0 ? names : [type])].filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => part.length > 3 && record.has(part));
}
