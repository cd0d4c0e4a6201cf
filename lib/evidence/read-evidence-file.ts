import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { AppError, errorMessage } from '../errors/app-error';
import type { EvidenceRecord } from './evidence-record';

const Result = z.object({ text: z.string().optional(), structured: z.unknown() });
const FileRecord = z.object({
  number: z.number().int(),
  server: z.string().default(''),
  tool: z.string().default(''),
  args: z.unknown(),
  status: z.string().default('ok'),
  rows: z.number().nullable().default(null),
  durationMs: z.number().default(0),
  truncated: z.boolean().default(false),
  timeFrom: z.string().nullable().default(null),
  timeTo: z.string().nullable().default(null),
  result: Result.nullable().optional(),
  resultGzip: z.string().max(40_000_000).optional(),
  cut: z.string().optional(),
});
const EvidenceFile = z.object({ evidence: z.array(FileRecord) });

/** The records of the file beside a report (….evidence.json). @throws AppError bad_request */
export function readEvidenceFile(text: string): EvidenceRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('bad_request', `The evidence file is not valid JSON: ${(error as Error).message}`);
  }
  return EvidenceFile.parse(value).evidence.map(({ result: plain, resultGzip, ...row }) => {
    const result = resultGzip === undefined ? plain : unpackResult(row.number, resultGzip);
    return { ...row, text: result?.text ?? '', structured: result?.structured ?? null };
  });
}

/** A result as export-evidence packs it. What unpacks to more than any result may have is refused, not held in memory. @throws AppError bad_request */
export function unpackResult(number: number, packed: string): z.infer<typeof Result> {
  try {
    const json = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_RESULT_BYTES }).toString('utf8');
    return Result.parse(JSON.parse(json));
  } catch (error) {
    throw new AppError('bad_request', `The result of E${number} can't be unpacked: ${errorMessage(error)}`);
  }
}

const MAX_RESULT_BYTES = 64_000_000;
