import { z } from 'zod';
import { identifier, jsonPath, literal } from '../sql';

/** A field of a source, as describe_source gives it. */
export type SourceField = {
  name: string;
  type: string;
  filled: number;
  samples: string[];
  /** The JSON path of a field that is too rare for a column: what an attack leaves behind is rare in a log. */
  rare?: string;
};

type RareField = SourceField & { rare: string };

/** Fields that few events have, as describe_source lists them: they have no column and are reached by their path. */
export function rareFields(listed: unknown, rows: number): RareField[] {
  const known = z.array(Rare).catch([]).parse(listed);
  return known.map(({ path, count, sample }) => ({
    name: path.replace(/^\$\.?/, '').replaceAll('"', ''),
    type: 'VARCHAR',
    filled: count / Math.max(1, rows),
    samples: sample === null ? [] : [sample],
    rare: path,
  }));
}

const Rare = z.object({ path: z.string(), count: z.number(), sample: z.string().nullable() });

/** Their paths by name. */
export const pathsOf = (fields: RareField[]): Map<string, string> =>
  new Map(fields.map(({ name, rare }) => [name, rare]));

/** The fields whose commonest values are all texts that are no numbers: an `eventID` of CloudTrail is no event number of Windows. */
export const textColumns = (fields: SourceField[]): string[] =>
  fields
    .filter(({ samples }) => samples.length > 0 && samples.every((value) => Number.isNaN(Number(value))))
    .map(({ name }) => name);

/** What the analyst asks of an event, whatever wrote it. Each is an SQL expression giving text, NULL when unknown. */
export const ASPECTS = [
  'principal', // who acted; role sessions of one role are one principal
  'identity', // who acted, exactly as written
  'login', // the short name people use for it
  'key', // credential or session id
  'ip',
  'action',
  'service',
  'outcome', // ok | denied | failed
  'error',
  'agent', // user agent without versions
  'target', // what was acted on
  'detail', // what else a reader asks of the act: which policy, key, port, recipient; its values between backticks
  'params', // the request, as JSON text, cut
  'bytes',
] as const;
export type Aspect = (typeof ASPECTS)[number];

export type Mapping = {
  schema: 'cloudtrail' | 'okta' | 'generic';
  label: string;
  expressions: Record<Aspect, string>;
  /** In words, for the report: which field was read as what. */
  read: string;
  /** Whether anything says who acted or from where: without it only text search is left. */
  hasActor: boolean;
  hasAction: boolean;
  /** The name that a DNS query asked for, as SQL. */
  dnsName?: string;
  /** Whether its events are a detector's, named by the rules that alerts name. */
  isDetector?: boolean;
  /** The address inside that a VPN gave to a session, as SQL: what was done in it stands under that address. */
  given?: string;
  /** Whether an event of a sensor on machines is a connection that a program made, as SQL. */
  connects?: string;
  /** Whether `params` holds what was asked of the system, so that the hosts it names are those that something is made to reach. */
  hasRequest?: boolean;
  /** What became of an event that was not refused, where that says nothing of its success: a packet that a sensor let pass. */
  passed?: string;
  /** Whether sign-ins say which machine was reached from where. */
  hasLogons?: boolean;
  /** How this system takes an identity's access away, "revoke the sessions of {who}"; of a machine's or service's identity where that differs. */
  contain?: string;
  containService?: string;
};

export type Columns = {
  /** The field as text: the column when there is one, else out of the whole event. */
  text(path: string): string;
  json(path: string): string;
  has(path: string): boolean;
};

export function columnsOf(fields: SourceField[]): Columns {
  const names = new Set(fields.filter(({ rare }) => rare === undefined).map((field) => field.name));
  const rare = new Map(fields.flatMap((field) => (field.rare === undefined ? [] : [[field.name, field.rare]])));
  return {
    has: (path) => names.has(path) || rare.has(path),
    text: (path) =>
      names.has(path) ? `CAST(${identifier(path)} AS VARCHAR)` : `(raw->>${literal(rare.get(path) ?? jsonPath(path))})`,
    json: (path) => `CAST(raw->${literal(jsonPath(path))} AS VARCHAR)`,
  };
}

/** The user agent's first words without versions and ids, so that two builds of one tool are one. */
export const agentOf = (expression: string): string =>
  `nullif(regexp_replace(trim(regexp_replace(regexp_replace(substr(${expression}, 1, 90), '[_/ -]?[0-9a-fA-F]{8}-[0-9a-fA-F-]{9,27}', '', 'g'), '[ /_-]?v?[0-9]+([.][0-9][0-9A-Za-z_+-]*)*\\b', '', 'g'), '[] ();,'), '[(]([^)]*)$', '\\1'), '')`;

export const coalesce = (...expressions: string[]): string =>
  expressions.length === 1 ? (expressions[0] as string) : `coalesce(${expressions.join(', ')})`;

/** Details of an act as one text, "policy `ReadOnly`, group `ops`": each title with its value, where there is one. */
export const detailOf = (parts: Record<string, string>): string =>
  `nullif(concat_ws(', ', ${Object.entries(parts)
    .map(([title, value]) => `'${title} \`' || nullif(replace(${value}, '\`', ''), '') || '\`'`)
    .join(', ')}), '')`;
