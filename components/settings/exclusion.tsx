import Link from 'next/link';
import { CopyButton } from '@/components/ui/copy-button';
import { Unseen } from '@/components/ui/unseen';
import { plural } from '@/lib/text/phrases';
import type { Exclusion } from '@/lib/tuning/schema';
import { EffectSection } from './effect';
import { MethodFilePage } from './method-file';
import { fileHref } from './method-labels';
import { Section } from './section';

/** A suggested exclusion for a noisy rule: what its benign closures share, what it would silence, and the change to propose. */
export function ExclusionPage({ exclusion }: { exclusion: Exclusion }) {
  const { rule, proposal } = exclusion;
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/dashboard" className="text-accent hover:underline">
          Dashboard
        </Link>
      </p>
      <Section
        title={exclusion.filter.length > 0 ? 'Suggested exclusion' : 'No exclusion to suggest'}
        lead={<Unseen text={rule} />}
      >
        <Findings exclusion={exclusion} />
      </Section>
      {proposal && (
        <>
          <EffectSection effect={proposal.effect} />
          <MethodFilePage
            key={rule}
            path={proposal.file.path}
            file={proposal.file}
            start=""
            suggested={{ text: proposal.text, note: proposal.note, alertRule: rule }}
          />
        </>
      )}
    </>
  );
}

function Findings({ exclusion: { closures, filter, sigma, detection, reason } }: { exclusion: Exclusion }) {
  return (
    <div className="flex flex-col gap-3 text-sm">
      {filter.length > 0 && (
        <>
          <p>
            All {plural(closures, 'alert')} of this rule that people closed as benign or false positive in the last 90
            days share:
          </p>
          <dl className="grid items-baseline gap-x-4 gap-y-1 sm:grid-cols-[max-content_minmax(0,1fr)]">
            {filter.map(({ field, values }) => (
              <div key={field} className="contents">
                <dt className="font-mono text-ink-2 text-xs leading-5 [overflow-wrap:anywhere]">{field}</dt>
                <dd className="[overflow-wrap:anywhere]">
                  <Unseen text={values.join(' or ')} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {detection && (
        <p className="text-ink-2">
          <Unseen text={`“${detection.title}” in `} />
          <Link href={fileHref(detection.path)} className="text-accent underline underline-offset-2">
            {detection.path}
          </Link>
          <Unseen
            text={` fires on ${detection.fires} of the ${plural(closures, 'alert')} of this rule that people closed as benign or false positive in the last 90 days.${detection.others.length > 0 ? ` So do: ${detection.others.join(', ')}.` : ''}`}
          />
        </p>
      )}
      {reason && <p role="status">{reason}</p>}
      {filter.length === 0 && (
        <p>
          Rules and known-good lists are under{' '}
          <Link href="/settings/method" className="text-accent underline underline-offset-2">
            Settings → Method
          </Link>
          .
        </p>
      )}
      {sigma && (
        <details className="rounded-md border border-line">
          <summary className="min-h-[24px] cursor-pointer px-3 py-1.5">
            As a Sigma filter, for the tool that sends them
          </summary>
          <div className="flex items-start gap-2 border-line border-t bg-sunken p-2">
            <pre className="min-w-0 flex-1 overflow-x-auto text-xs">{sigma}</pre>
            <CopyButton text={sigma} label="Copy Sigma filter" />
          </div>
        </details>
      )}
    </div>
  );
}
