import type { Entity } from '../alerts/schema';
import { latestRecord } from '../evidence/record-evidence';
import type { CaseFile } from '../model/model';
import { briefing } from './context';
import { recordCall, recordResult } from './record-call';
import type { RunSession } from './session';
import { limiter } from './tools';

/** Entities that related cases and alerts are looked up by. */
const MAX_ENTITIES = 30;
/** Kinds that say most about a case first: what half of the cases have in common comes last. */
const KINDS = ['access_key', 'user', 'ip', 'hash', 'domain', 'url', 'email', 'host', 'instance', 'role', 'arn'];
/** A coaching run is given what an earlier run has on record, if it is not older. */
const RECENT_MS = 24 * 3_600_000;
/** Someone may have fixed a log since: what is listed decides what counts as a gap. */
const LISTED_MS = 10 * 60_000;

/**
 * What every investigation starts from, asked for before a language model's first turn and recorded as any call: log sources, related
 * approved cases, related alerts. Coaching runs get the records of the run before. The same text when a run is taken over.
 */
export async function brief(session: RunSession): Promise<string> {
  const { run, model, progress, tools } = session;
  if (!model.isLanguageModel) return '';
  const calls = briefingCalls(progress.context.caseFile).flatMap((call, index) => {
    const info = tools.byName.get(call.name);
    return info?.class === 'read' ? [{ ...call, info, index }] : [];
  });
  const isCoached = run.kind !== 'investigate' && !run.fresh;
  const now = Date.parse(progress.context.caseFile.now);
  const since = (tool: string) => new Date(now - (tool === 'list_sources' ? LISTED_MS : RECENT_MS));
  const known = await Promise.all(
    calls.map(({ info: { server, tool }, args }) =>
      isCoached
        ? latestRecord({ investigationId: run.investigationId, runId: run.id, server, tool, args }, since(tool))
        : null,
    ),
  );
  const numbering = limiter(1);
  const texts = calls.map(async ({ name, args, question, info, index }, at) => {
    const call = { id: `briefing_${index}`, name, args };
    const earlier = known[at];
    const { record, note } = earlier
      ? { record: earlier, note: 'From the record of an earlier run' }
      : await recordCall(session, {
          callId: `0.${index}`,
          info,
          args,
          question,
          reuse: false,
          isTold: false,
          numbering,
        });
    return recordResult(session, call, record, note).text;
  });
  return briefing(await Promise.all(texts));
}

type BriefingCall = { name: string; args: Record<string, unknown>; question: string };

function briefingCalls({ alerts }: CaseFile): BriefingCall[] {
  const entities = lookedUpBy(alerts.flatMap((alert) => alert.entities));
  const title = alerts[0]?.title.slice(0, 300);
  const subject = entities.length > 0 ? { entities } : title ? { query: title } : null;
  // The same thing done by somebody else shares no entity.
  const rule = alerts.find((alert) => alert.rule)?.rule?.slice(0, 500);
  return [
    { name: 'logs__list_sources', args: {}, question: 'Which log sources are there?' },
    ...(subject
      ? [
          {
            name: 'socdown__search_cases',
            args: { ...subject, ...(rule ? { rule } : {}), approved: true, limit: 8 },
            question: `Which past cases are about the same entities${rule ? ' or the same rule' : ''}?`,
          },
          {
            name: 'socdown__search_alerts',
            args: { ...subject, limit: 20 },
            question: 'Which other alerts are about the same entities?',
          },
        ]
      : []),
  ];
}

/** An account is in half of all alerts: what shares nothing else with this case would only hide what does. */
function lookedUpBy(all: Entity[]): string[] {
  const specific = all.filter(({ kind }) => kind !== 'account');
  const entities = specific.length > 0 ? specific : all;
  const rank = ({ kind }: Entity) => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
  const sorted = [...entities].sort((a, b) => rank(a) - rank(b));
  return [...new Set(sorted.map(({ value }) => value.slice(0, 500)))].slice(0, MAX_ENTITIES);
}
