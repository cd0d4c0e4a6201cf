import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { MethodPage } from '@/components/settings/method';
import { readMethod } from '@/lib/method/read-method';

export const metadata: Metadata = { title: 'Method' };

export default async function Method() {
  return <MethodPage overview={await readMethod(await requireActor())} />;
}
