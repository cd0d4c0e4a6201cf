import { z } from 'zod';
import { AppError } from '../../errors/app-error';
import type { CanonicalAlert } from '../schema';
import { alertmanager } from './alertmanager';
import { azureMonitor } from './azure-monitor';
import { carbonblack } from './carbonblack';
import { cloudflare } from './cloudflare';
import { cloudwatch } from './cloudwatch';
import { crowdstrike } from './crowdstrike';
import { datadog } from './datadog';
import { defender } from './defender';
import { elastic } from './elastic';
import { entra } from './entra';
import { falco } from './falco';
import { type Doc, isDoc } from './fields';
import { gcpScc } from './gcp-scc';
import { generic } from './generic';
import { github } from './github';
import { guardduty } from './guardduty';
import { ocsf } from './ocsf';
import { okta } from './okta';
import { panther } from './panther';
import { parseDocuments } from './parse-documents';
import { prowler } from './prowler';
import { type Source, toAlert } from './reading';
import { scanner } from './scanner';
import { securityhub } from './securityhub';
import { sentinel } from './sentinel';
import { sentinelone } from './sentinelone';
import { splunk } from './splunk';
import { suricata } from './suricata';
import { sysdig } from './sysdig';
import { thehive } from './thehive';
import { unwrap } from './unwrap';
import { wazuh } from './wazuh';
import { wiz } from './wiz';

/** In the order in which `generic` asks; the most telling shapes first, generic itself last. */
const SOURCES: readonly Source[] = [
  guardduty,
  securityhub,
  ocsf,
  prowler,
  elastic,
  scanner,
  panther,
  crowdstrike,
  wazuh,
  okta,
  suricata,
  falco,
  sysdig,
  gcpScc,
  azureMonitor,
  cloudwatch,
  alertmanager,
  github,
  sentinelone,
  carbonblack,
  wiz,
  thehive,
  defender,
  sentinel,
  entra,
  datadog,
  cloudflare,
  splunk,
  generic,
];

/**
 * An alert, and the text of its document when that can be stored as it came. `series`: the sender's id of a recurring condition, set when
 * the alert's own reference has been made from it.
 */
export type ReadAlert = { alert: CanonicalAlert; rawText: string | null; series?: string };
/** An item that could not be read. `index` counts the items of the request from 0. */
export const Rejected = z.object({
  index: z.number(),
  code: z.enum(['bad_request', 'unprocessable']),
  message: z.string(),
});
export type Rejected = z.infer<typeof Rejected>;

/**
 * The alerts of a body as one list.
 * @throws AppError bad_request for what is no JSON, not_found for an unknown source, and unprocessable naming the first item
 * that can't be read.
 */
export function readAlerts(source: string, text: string): CanonicalAlert[] {
  const { alerts, rejected } = readBatch(source, text);
  if (rejected[0]) throw rejection(rejected);
  return alerts.map(({ alert }) => alert);
}

/**
 * The same, with what can't be read apart, so that one bad item does not cost the others.
 * `generic` takes every known shape under its own source, and any other object as it can; another source takes its own shape only.
 */
export function readBatch(
  source: string,
  text: string,
  now = new Date(),
): { alerts: ReadAlert[]; rejected: Rejected[] } {
  const adapter = SOURCES.find((item) => item.source === source);
  if (!adapter) {
    const known = SOURCES.map((item) => item.source).join(', ');
    throw new AppError('unknown_source', `There is no source "${source.slice(0, 40)}". Known: ${known}.`);
  }
  const alerts: ReadAlert[] = [];
  const rejected: Rejected[] = [];
  parseDocuments(text).forEach(({ value, text: own }, index) => {
    const parts = unwrap(value);
    for (const { doc, raw } of parts) {
      try {
        alerts.push({
          alert: readOne(adapter, doc, raw, now),
          rawText: parts.length === 1 && raw === value ? own : null,
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        rejected.push({
          index,
          code: error.code === 'bad_request' ? 'bad_request' : 'unprocessable',
          message: `Item ${index}: ${error.userMessage}.`,
        });
      }
    }
  });
  return { alerts, rejected };
}

/** The answer when nothing in a request could be read. */
export function rejection(rejected: Rejected[]): AppError {
  const [first] = rejected;
  const more = rejected.length > 1 ? ` ${rejected.length - 1} more could not be read either.` : '';
  return new AppError(
    first?.code ?? 'unprocessable',
    `${first?.message ?? 'Nothing could be read.'}${more} Nothing was stored.`,
    {
      data: { rejected: rejected.slice(0, 100) },
    },
  );
}

function readOne(adapter: Source, doc: unknown, raw: unknown, now: Date): CanonicalAlert {
  if (!isDoc(doc)) throw new AppError('unprocessable', `it is ${nameOf(doc)}, and an alert is a JSON object`);
  if (Object.keys(doc).length === 0)
    throw new AppError('unprocessable', 'it is an empty object; send at least a title');
  if (isSubscription(doc)) {
    throw new AppError(
      'unprocessable',
      'it is the confirmation request of an SNS topic that is not allowed. Ask an admin to add the topic under Settings, Intake, and request the confirmation again; or open its SubscribeURL once, in a browser',
    );
  }
  const reader = adapter === generic ? SOURCES.find((item) => item.recognises(doc)) : adapter;
  if (!reader?.recognises(doc)) {
    const other = SOURCES.find((item) => item !== generic && item.recognises(doc));
    const hint = other ? `It looks like ${other.source}` : 'For other shapes use the source generic';
    throw new AppError(
      'unprocessable',
      `it is not ${adapter.expects}. ${hint}: POST /api/webhooks/${other?.source ?? 'generic'}`,
    );
  }
  return toAlert(reader.source, reader.read(doc), doc, raw, now);
}

const isSubscription = (doc: Doc): boolean => doc.Type === 'SubscriptionConfirmation' && 'SubscribeURL' in doc;

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}
