import { z } from 'zod';
import { AppError } from '../errors/app-error';
import type { Receipt } from './check-proof';

const FileReceipt = z.object({
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
  result: z.object({ text: z.string().optional(), structured: z.unknown() }).nullable().optional(),
  cut: z.string().optional(),
});
const EvidenceFile = z.object({ evidence: z.array(FileReceipt) });

/** The receipts of the file beside a report (….evidence.json). @throws AppError bad_request */
export function readEvidenceFile(text: string): Receipt[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('bad_request', `The evidence file is not valid JSON: ${(error as Error).message}`);
  }
  return EvidenceFile.parse(value).evidence.map(({ result, ...row }) => ({
    ...row,
    text: result?.text ?? '',
    structured: result?.structured ?? null,
  }));
}
