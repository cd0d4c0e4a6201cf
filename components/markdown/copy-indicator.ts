'use client';
import { copyText } from '@/components/ui/copy-button';
import { toast } from '@/components/ui/toaster';
import { defang } from '@/lib/alerts/fang';
import { EntityKind } from '@/lib/alerts/schema';

/** Copies an indicator defanged, so that a paste into a chat makes no link; the raw form is one more press. */
export async function copyIndicator(kind: string, value: string): Promise<void> {
  const known = EntityKind.safeParse(kind);
  const safe = known.success ? defang(known.data, value) : value;
  if (!(await copyText(safe))) return;
  const raw = async () => {
    if (await copyText(value))
      toast({ kind: 'good', title: 'Copied raw', description: 'This form is live: a paste may become a link.' });
  };
  toast({
    kind: 'good',
    title: safe === value ? 'Copied' : 'Copied defanged',
    description: safe,
    ...(safe === value ? {} : { action: { label: 'Copy raw', run: () => void raw() } }),
  });
}
