import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { MethodFilePage } from '@/components/settings/method-file';
import { AppError } from '@/lib/errors/app-error';
import { readMethodFile, startText } from '@/lib/method/read-method';

export const metadata: Metadata = { title: 'File of the method' };

type Props = { searchParams: Promise<{ path?: string | string[] }> };

export default async function File({ searchParams }: Props) {
  const actor = await requireActor();
  const { path } = await searchParams;
  if (typeof path !== 'string') notFound();
  const isNotFound = (error: unknown): boolean => error instanceof AppError && error.code === 'not_found';
  const start = await startText(actor, path).catch((error: unknown) => {
    if (isNotFound(error)) notFound();
    throw error;
  });
  // A path that a file could have: it is made here.
  const file = await readMethodFile(actor, path).catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw error;
  });
  return <MethodFilePage key={path} path={path} file={file} start={start} />;
}
