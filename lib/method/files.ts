import { createHash } from 'node:crypto';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { readStoreFile, readStoreFolder } from '../store/read-store-file';
import { shippedFolder, shippedText } from '../store/shipped';
import { isStorePath } from '../store/store-path';
import type { MethodFileItem, MethodKind } from './schema';

const KINDS: { kind: MethodKind; folder: string; name: RegExp }[] = [
  { kind: 'runbook', folder: 'runbooks', name: /^[A-Za-z0-9][\w.-]*\.md$/ },
  { kind: 'detection', folder: 'detections', name: /^[A-Za-z0-9][\w.-]*\.ya?ml$/ },
  { kind: 'known', folder: 'known', name: /^[A-Za-z0-9][\w.-]*\.ya?ml$/ },
  { kind: 'command', folder: '.claude/commands', name: /^[A-Za-z0-9][\w.-]*\.md$/ },
  { kind: 'template', folder: 'templates', name: /^[A-Za-z0-9][\w.-]*\.md$/ },
];

/** What kind of file a path is. @throws AppError not_found for what is no file of the method */
export function kindOf(file: string): MethodKind {
  if (file === 'CLAUDE.md') return 'method';
  const at = file.lastIndexOf('/');
  const found = KINDS.find(({ folder, name }) => folder === file.slice(0, at) && name.test(file.slice(at + 1)));
  if (!found || !isStorePath(file))
    throw new AppError(
      'not_found',
      'This file is not part of the method. Its files are CLAUDE.md, templates/*.md, runbooks/*.md, detections/*.yml, known/*.yml and .claude/commands/*.md.',
    );
  return found.kind;
}

/** sha256 of a text; '' for no file. */
export const hashOf = (text: string | null): string =>
  text === null ? '' : createHash('sha256').update(text).digest('hex');

/** What comes with Socdown under a path, or null. */
export async function shippedFile(file: string): Promise<string | null> {
  kindOf(file);
  return shippedText(file);
}

/** The text that holds now: an approved one on its way to the store, the store's, or ours. null: there is no such file. */
export async function currentText(file: string, tx: Tx = db()): Promise<string | null> {
  kindOf(file);
  const pending = await tx.methodChange.findFirst({
    where: { path: file, status: 'approved', publishedAt: null },
    orderBy: { decidedAt: 'desc' },
    select: { text: true },
  });
  return pending?.text ?? (await readStoreFile(file)) ?? shippedFile(file);
}

/** The files of a folder as they hold now, by name. */
export async function currentFolder(folder: string): Promise<Map<string, string>> {
  const pending = await db().methodChange.findMany({
    where: { path: { startsWith: `${folder}/` }, status: 'approved', publishedAt: null },
    orderBy: { decidedAt: 'asc' },
    select: { path: true, text: true },
  });
  return new Map([
    ...(await shippedFolder(folder)),
    ...(await readStoreFolder(folder)),
    ...pending.map(({ path: file, text }) => [file.slice(folder.length + 1), text] as const),
  ]);
}

/** Every file of the method, by path. */
export async function listFiles(): Promise<MethodFileItem[]> {
  const method: MethodFileItem = {
    path: 'CLAUDE.md',
    kind: 'method',
    from: (await readStoreFile('CLAUDE.md')) === null ? 'socdown' : 'store',
    isOff: false,
  };
  const folders = await Promise.all(
    KINDS.map(async ({ kind, folder, name }) => {
      const [all, own] = await Promise.all([currentFolder(folder), readStoreFolder(folder)]);
      return [...all]
        .filter(([file]) => name.test(file))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([file, text]): MethodFileItem => ({
            path: `${folder}/${file}`,
            kind,
            from: own.has(file) ? 'store' : 'socdown',
            isOff: text.trim() === '',
          }),
        );
    }),
  );
  return [method, ...folders.flat()];
}
