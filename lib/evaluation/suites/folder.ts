import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError, errorMessage } from '../../errors/app-error';
import { Classification } from '../../report/schema';
import { drawn, type EvaluationCase, type PlannedCase, type SuiteInput } from './suite';

const Truth = z.object({
  verdict: Classification,
  /** Default: the verdict alone. */
  accept: z.array(Classification).min(1).optional(),
  kind: z.string().default('case'),
  /** The intake that reads alert.json. */
  source: z.string().default('generic'),
  keyFacts: z.array(z.string()).default([]),
  /** Consequential acts, times in ISO 8601. */
  moments: z
    .array(z.object({ from: z.iso.datetime(), to: z.iso.datetime().optional(), actor: z.string(), action: z.string() }))
    .default([]),
});

/**
 * A folder as a suite: each folder in it is a case with alert.json (as the sender posts it), truth.json ({verdict, …}) and logs/.
 * @throws AppError bad_request that names the file and what is wrong with it
 */
export function folderSuite(folder: string, input: SuiteInput): PlannedCase[] {
  const names = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const cases = names.map((name) => readCase(path.join(folder, name), name));
  if (cases.length === 0)
    throw new AppError(
      'bad_request',
      `${folder} has no cases. Each is a folder with alert.json, truth.json and logs/.`,
    );
  return drawn(cases, input).map((item) => ({ id: item.id, load: () => item }));
}

function readCase(folder: string, id: string): EvaluationCase {
  const truth = readJson(path.join(folder, 'truth.json'), Truth);
  const alert = readJson(path.join(folder, 'alert.json'), z.record(z.string(), z.unknown()));
  const logs = path.join(folder, 'logs');
  if (!fs.existsSync(logs)) throw new AppError('bad_request', `${logs} is missing. Put the logs of the case there.`);
  return {
    id,
    kind: truth.kind,
    truth: truth.verdict,
    accept: truth.accept ?? [truth.verdict],
    alerts: [{ source: truth.source, document: alert }],
    writeLogs: (target) => fs.cpSync(logs, target, { recursive: true }),
    moments: truth.moments.map(({ from, to, actor, action }) => ({
      from: Date.parse(from),
      to: Date.parse(to ?? from),
      actor,
      action,
    })),
    keyFacts: truth.keyFacts,
  };
}

function readJson<T>(file: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
        : errorMessage(error);
    throw new AppError('bad_request', `${file} can't be read as part of a suite: ${why}`);
  }
}
