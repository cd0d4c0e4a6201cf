import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { Signing } from '@/components/settings/signing';
import { readSigning } from '@/lib/store/signing-keys';

export const metadata: Metadata = { title: 'Signing' };

export default async function SigningPage() {
  return <Signing signing={await readSigning(await requireActor())} />;
}
