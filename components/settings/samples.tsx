'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import type { SettingsView } from '@/lib/settings/read-settings';
import { plural } from '@/lib/text/phrases';
import { Section } from './section';

type SamplesProps = Pick<SettingsView, 'samples' | 'logs'> & { canRemove: boolean };

export function Samples({ samples, logs, canRemove }: SamplesProps) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const none = samples.alerts === 0 && samples.investigations === 0 && logs !== 'samples';
  const remove = async () => {
    setBusy(true);
    try {
      const gone = await api.delete('/api/samples');
      toast({ kind: 'good', title: `${counted(gone)} removed.` });
      router.refresh();
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t remove the samples', description: errorMessage(error) });
    } finally {
      setBusy(false);
      setAsking(false);
    }
  };
  return (
    <Section
      title="Samples"
      lead={
        none
          ? 'There are no samples. All alerts come from your sources. On the server, npm run socdown -- demo loads the demo organization again.'
          : 'A new installation includes a demo organization to try: alerts, logs and approved past cases. They are marked “sample”.'
      }
    >
      {!none && (
        <>
          <dl className="mb-4 grid grid-cols-[9rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5 text-sm">
            <dt className="text-ink-3">Alerts</dt>
            <dd>{samples.alerts}</dd>
            <dt className="text-ink-3">Cases</dt>
            <dd>{samples.investigations}</dd>
            <dt className="text-ink-3">Logs</dt>
            <dd>{logs === 'samples' ? 'The demo organization’s logs are searched' : 'Your own logs are searched'}</dd>
            {samples.loadedAt && (
              <>
                <dt className="text-ink-3">Loaded</dt>
                <dd>
                  <Time value={samples.loadedAt} show="utc" /> (<Time value={samples.loadedAt} />)
                </dd>
              </>
            )}
          </dl>
          <p className="mb-4 text-ink-2 text-sm">
            The logs end and the deadlines start when the samples are loaded. To load them again, with current dates,
            run <code className="font-mono text-xs">npm run socdown -- demo --again</code> on the server. This also
            removes all cases of sample alerts, including yours.
          </p>
          {canRemove ? (
            <Button variant="danger" onClick={() => setAsking(true)}>
              Remove the samples…
            </Button>
          ) : (
            <p className="text-ink-3 text-sm">Only admins can remove them.</p>
          )}
        </>
      )}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Remove the samples?"
        size="sm"
        footer={
          <>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="danger" busy={busy} onClick={remove}>
              Remove
            </Button>
          </>
        }
      >
        <p className="text-ink-2 text-sm">
          This deletes {counted(samples)} and the sample logs. Alerts from your own senders stay. To load the samples
          again, run npm run socdown -- demo.
        </p>
      </Dialog>
    </Section>
  );
}

function counted({ alerts, investigations }: { alerts: number; investigations: number }): string {
  return `${plural(alerts, 'sample alert')} and ${plural(investigations, 'sample case')}`;
}
