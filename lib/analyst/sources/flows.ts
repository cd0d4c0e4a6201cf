import { type Columns, detailOf, type Mapping, type SourceField } from './mapping';

/** What a flow record is called: it says who connected to whom, and nothing of what was done there. */
export const CONNECTION = 'connection';

/**
 * VPC flow logs, whose fields may be any of those of
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html: both addresses are among them.
 */
export function mapFlows(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!names.has('srcaddr') || !names.has('dstaddr')) return null;
  const at = (name: string): string => `nullif(${columns.text(name)}, '-')`;
  const from = at('srcaddr');
  return {
    schema: 'generic',
    label: 'VPC flow log',
    passed: 'accepted',
    hasActor: true,
    hasAction: true,
    read: 'who and from where: srcaddr, on what: dstaddr with dstport, outcome: action',
    expressions: {
      principal: from,
      identity: from,
      login: 'NULL',
      key: 'NULL',
      ip: from,
      action: `'${CONNECTION}'`,
      service: 'NULL',
      outcome: names.has('action') ? `CASE WHEN ${at('action')} = 'REJECT' THEN 'denied' ELSE 'ok' END` : "'ok'",
      error: names.has('action') ? `CASE WHEN ${at('action')} = 'REJECT' THEN 'REJECT' END` : 'NULL',
      agent: 'NULL',
      target: at('dstaddr'),
      detail: names.has('dstport') ? detailOf({ port: at('dstport') }) : 'NULL',
      params: `concat_ws(' ', ${at('dstaddr')}${names.has('dstport') ? `, ${at('dstport')}` : ''})`,
      bytes: names.has('bytes') ? `TRY_CAST(${at('bytes')} AS DOUBLE)` : 'NULL',
    },
  };
}
