import { DAY } from './calendar';
import type { LogEvent, SourceName } from './event';
import type { Organization } from './organization';
import { randomFrom } from './random';
import { VPC_FLOW_HEADER } from './records/network';

/** A log file as its service delivers it, not compressed. `name`: below the folder of all logs, with `/`. */
export type LogFile = { name: string; text: string };

/** The events as files of a day each, in the services' own formats and layouts. */
export function writeLogs(organization: Organization, events: LogEvent[]): LogFile[] {
  const days = new Map<string, LogEvent[]>();
  for (const event of events) {
    const key = `${event.source} ${Math.floor(event.at / DAY)}`;
    const day = days.get(key);
    if (day) day.push(event);
    else days.set(key, [event]);
  }
  return [...days.values()].map((list) => {
    const { source, at } = list[0] as LogEvent; // a day is there because it has an event
    return {
      name: nameOf(organization, source, at),
      text: textOf(
        source,
        list.map(({ record }) => record),
      ),
    };
  });
}

function nameOf({ account, region }: Organization, source: SourceName, at: number): string {
  const date = new Date(at).toISOString().slice(0, 10);
  const path = date.replaceAll('-', '/');
  // As each delivery has one of its own.
  const suffix = `${date.replaceAll('-', '')}T0000Z_${randomFrom(`${account}/${source}/${date}`).code(16)}`;
  switch (source) {
    case 'cloudtrail':
      return `cloudtrail/${account}/${region}/${path}/${account}_CloudTrail_${region}_${suffix}.json`;
    case 'vpc_flow':
      return `vpc_flow/${account}/${region}/${path}/${account}_vpcflowlogs_${region}_${suffix}.log`;
    case 's3_access':
      return `s3_access/${date}-00-00-00-0123456789ABCDEF`;
    default:
      return `${source}/${source}-${date}.jsonl`;
  }
}

function textOf(source: SourceName, records: (object | string)[]): string {
  if (source === 'cloudtrail') return JSON.stringify({ Records: records });
  const lines = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
  return `${[...(source === 'vpc_flow' ? [VPC_FLOW_HEADER] : []), ...lines].join('\n')}\n`;
}
