import fs from 'node:fs';
import path from 'node:path';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { currentText, listFiles } from '../method/files';
import { ensureStore } from '../store/repo';

/** By path: CLAUDE.md, runbooks/x.md, …; an empty text takes a file out. */
export type MethodFiles = Map<string, string>;

const FOLDER = 'method';

/**
 * The method's files that an evaluation investigates with; null: those that come with Socdown.
 * @param method `shipped`; `own`: the team's as they hold now; the id of a proposed change: the same with its text
 * @throws AppError not_found for a change that does not exist; bad_request for anything else
 */
export async function methodOf(method: string): Promise<MethodFiles | null> {
  if (method === 'shipped') return null;
  if (method !== 'own' && !isUuid(method))
    throw new AppError('bad_request', `There is no method "${method}". Choose own, shipped, or the id of a change.`);
  if (method === 'own') return ownMethod();
  const change = await db().methodChange.findUnique({ where: { id: method } });
  if (!change) throw notFound('change');
  return withChange(await ownMethod(), change);
}

/** The team's files as they hold now. */
export async function ownMethod(): Promise<MethodFiles> {
  const files: MethodFiles = new Map();
  for (const { path: file } of await listFiles()) {
    const text = await currentText(file);
    if (text !== null) files.set(file, text);
  }
  return files;
}

export const withChange = (files: MethodFiles, change: { path: string; text: string }): MethodFiles =>
  new Map([...files, [change.path, change.text]]);

/** In the run's folder, for its process. */
export function keepMethod(folder: string, files: MethodFiles): void {
  for (const [file, text] of files) {
    const target = path.join(folder, FOLDER, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text, { mode: 0o600 });
  }
}

/** Makes the kept files the store of this process's installation. Without any, there is no store and what ships is used. */
export async function placeMethod(folder: string): Promise<void> {
  const kept = path.join(folder, FOLDER);
  if (fs.existsSync(kept)) await ensureStore(kept);
}
