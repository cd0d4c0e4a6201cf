'use client';
import Link from 'next/link';
import { useState } from 'react';
import { SOURCES, sourceLabel } from '@/components/labels/alert-labels';
import { SendAlert } from '@/components/queue/send-alert';
import { Select } from '@/components/ui/select';
import type { ALERT_SOURCES } from '@/lib/alerts/schema';
import { Section } from './section';
import { TrySample } from './try-sample';

type Source = (typeof ALERT_SOURCES)[number];

/** How to configure each sender, in a sentence. */
const HOW: Record<Source, string> = {
  guardduty: 'EventBridge rule on “GuardDuty Finding” with an API destination. The event or the finding alone.',
  securityhub:
    'EventBridge rule on “Security Hub Findings - Imported”, with an API destination. ASFF findings, one or many.',
  elastic: 'A Kibana webhook connector on a detection rule, with the alert documents as body.',
  splunk: 'The webhook alert action. It can’t set headers: put the key in the URL (…/splunk?key=…).',
  scanner: 'A Scanner webhook destination of a detection rule.',
  panther: 'A Panther custom webhook destination.',
  crowdstrike: 'A Falcon Fusion workflow with a webhook action, or the Alerts API’s documents.',
  defender: 'Alerts or incidents of the Microsoft Graph security API or of Defender for Endpoint.',
  sentinel: 'A Logic App on “Sentinel incident” that posts the incident or its alerts.',
  ocsf: 'OCSF Detection Findings, version 1.x, e.g. from Security Lake.',
  wazuh: 'An integration of the manager, with the alert’s JSON.',
  okta: 'An event hook, or System Log events through EventBridge. The one-time verification is answered.',
  entra:
    'Risk detections, audit and sign-in logs: diagnostic settings to an Event Hub or Logic App, or Microsoft Graph.',
  suricata: 'EVE records of type alert, for example from Filebeat or Fluent Bit with an HTTP output.',
  falco: 'Falco’s http_output, or Falcosidekick’s webhook.',
  sysdig: 'A Sysdig Secure notification channel of type webhook.',
  'gcp-scc': 'A Security Command Center notification config with a Pub/Sub push subscription.',
  'azure-monitor': 'An action group with a webhook. Turn on the common alert schema.',
  cloudwatch: 'Alarms through an SNS topic (add it below) or EventBridge. OK updates the alert.',
  alertmanager: 'A webhook receiver of Alertmanager or Grafana. Resolved messages update the alert.',
  thehive: 'A webhook notifier, or alerts and cases of the API.',
  cloudflare: 'A notification destination of type webhook, or firewall events from Logpush.',
  github: 'An organization webhook for secret scanning, code scanning and Dependabot alerts.',
  datadog: 'A webhook integration on a monitor or a Cloud SIEM notification rule.',
  sentinelone: 'Threats, STAR alerts and activities, from the API or a syslog relay as JSON.',
  carbonblack: 'Carbon Black Cloud alerts through a data forwarder, or EDR watchlist hits.',
  wiz: 'An automation rule with a webhook action on issues or threat detections.',
  prowler: 'Findings as JSON or OCSF, one file or one finding per request.',
  generic:
    'Any JSON with a title. Known shapes are recognized, including CEF and LEEF lines; entities are found in all values.',
};

export function Sources() {
  const [source, setSource] = useState<Source>('generic');
  return (
    <>
      <Section
        title="Intake"
        lead={
          <>
            Senders post their own format to this address: one alert, an array, or several objects. They need an{' '}
            <Link href="/settings/keys" className="text-accent underline">
              API key
            </Link>
            , ideally one that can only send alerts, for one source; it can also check signatures (Standard Webhooks,
            GitHub). The same ID from the same source is one alert; changed content becomes an update of it.
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <Select
            label="Sender"
            showLabel
            options={SOURCES.map((value) => ({ value, label: sourceLabel(value) }))}
            value={source}
            onChange={setSource}
            className="w-60"
          />
          <p className="text-ink-2 text-sm">{HOW[source]}</p>
          {source === 'generic' ? <SendAlert source={source} /> : <SendAlert source={source} body="@alert.json" />}
        </div>
      </Section>
      <TrySample source={source} />
      <Section title="Responses">
        <dl className="grid grid-cols-[4rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5 text-sm">
          <dt className="font-mono text-xs leading-5">202</dt>
          <dd className="text-ink-2">
            Stored. The answer counts new alerts, duplicates and updates, and lists their ids and what was rejected.
          </dd>
          <dt className="font-mono text-xs leading-5">400</dt>
          <dd className="text-ink-2">Not valid JSON. The message says where.</dd>
          <dt className="font-mono text-xs leading-5">401</dt>
          <dd className="text-ink-2">The key is missing or revoked.</dd>
          <dt className="font-mono text-xs leading-5">413</dt>
          <dd className="text-ink-2">Larger than 10 MB. Send it in parts.</dd>
        </dl>
      </Section>
    </>
  );
}
