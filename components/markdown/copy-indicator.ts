'use client';
import { ENTITY_KINDS } from '@/components/labels/alert-labels';
import { copyText } from '@/components/ui/copy-button';
import { toast } from '@/components/ui/toaster';
import { defang } from '@/lib/alerts/fang';

/** Copies an indicator defanged, so that a paste into a chat makes no link; the raw form is one more press. */
export async function copyIndicator(kind: string, value: string): Promise<void> {
  const known = ENTITY_KINDS.find((one) => one === kind);
  const safe = known ? defang(known, value) : value;
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
