/** A thread that checks one report at a time, so that no text can hold up the process that serves everyone. */
import { parentPort } from 'node:worker_threads';
import { errorMessage } from '../errors/app-error';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { checkReport } from './check-report';
import { indexerOf } from './evidence-indexer';
import type { CheckFinding } from './finding';

export type CheckJob = { markdown: string; records: EvidenceRecord[]; alerts: string };
export type CheckReply = { ok: true; findings: CheckFinding[] } | { ok: false; message: string };

const index = indexerOf();

parentPort?.on('message', ({ markdown, records, alerts }: CheckJob) => {
  let reply: CheckReply;
  try {
    reply = { ok: true, findings: checkReport(markdown, index(records), alerts) };
  } catch (error) {
    reply = { ok: false, message: errorMessage(error) };
  }
  parentPort?.postMessage(reply);
});
