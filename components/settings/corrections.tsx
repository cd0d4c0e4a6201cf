import Link from 'next/link';
import { buttonClass } from '@/components/ui/button-class';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { Correction, CorrectionDraft, CorrectionKind } from '@/lib/corrections/schema';
import type { MethodFile } from '@/lib/method/schema';
import { plural } from '@/lib/text/phrases';
import { MethodFilePage } from './method-file';
import { Section } from './section';

const KINDS: Record<CorrectionKind, { title: string; lead: string; none: string; action: string }> = {
  verdict: {
    title: 'Changed verdicts',
    lead: 'The first report said one thing, people decided another. A runbook can explain how to tell.',
    none: 'No rule has two cases whose verdict people changed.',
    action: 'Draft a runbook',
  },
  coaching: {
    title: 'Repeated coaching',
    lead: 'Similar coaching in several cases. A quick prompt saves typing it.',
    none: 'No coaching was repeated in two cases, apart from quick prompts.',
    action: 'Draft a quick prompt',
  },
  override: {
    title: 'Errors that reviewers allowed',
    lead: 'The checks found an error, and a reviewer approved anyway. The method can say how to write it.',
    none: 'No check was overridden in two cases.',
    action: 'Draft a line for CLAUDE.md',
  },
  rejection: {
    title: 'Rejected changes',
    lead: 'Changes that runs proposed and people rejected, by section of the report.',
    none: 'No section has rejected changes in two cases.',
    action: 'Draft a line for CLAUDE.md',
  },
};
const DAYS = [30, 90];

type CorrectionsProps = { corrections: Correction[]; days: number; mayPropose: boolean };

/** Recurring corrections, and the way to a change to the method from each. */
export function CorrectionsPage({ corrections, days, mayPropose }: CorrectionsProps) {
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/settings/method" className="text-accent underline">
          Method
        </Link>
      </p>
      <Section
        title="Corrections"
        lead={`What people corrected in at least two cases of the last ${days} days. Each can become a change to the method, which someone else reviews.`}
        action={
          <nav aria-label="Period" className="flex gap-1">
            {DAYS.map((count) => (
              <Link
                key={count}
                href={`/settings/method/corrections?days=${count}`}
                aria-current={count === days ? 'page' : undefined}
                className={buttonClass(count === days ? 'default' : 'quiet', 'sm')}
              >
                {count} days
              </Link>
            ))}
          </nav>
        }
      />
      {(Object.keys(KINDS) as CorrectionKind[]).map((kind) => {
        const own = corrections.filter((correction) => correction.kind === kind);
        const { title, lead, none } = KINDS[kind];
        return (
          <Section key={kind} title={title} lead={lead}>
            {own.length === 0 ? (
              <p className="text-ink-2 text-sm">{none}</p>
            ) : (
              <ul aria-label={title} className="divide-y divide-line rounded-md border border-line">
                {own.map((correction) => (
                  <Row key={correction.id} correction={correction} days={days} mayPropose={mayPropose} />
                ))}
              </ul>
            )}
          </Section>
        );
      })}
    </>
  );
}

function Row({ correction, days, mayPropose }: { correction: Correction; days: number; mayPropose: boolean }) {
  const { id, kind, subject, from, to, times, cases, examples, words, lastAt } = correction;
  const said = kind === 'override' ? words : words.slice(1);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-3 py-2 text-sm">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium [overflow-wrap:anywhere]">
          <Unseen text={subject} />
          {from && to && <span className="font-normal text-ink-2">{` · ${from} became ${to}`}</span>}
        </p>
        <p className="text-ink-2 text-xs">
          {plural(cases, 'case')}
          {times > cases && `, ${times} times`}, last <Time value={lastAt} />:{' '}
          {examples.map(({ id: caseId, codename }, at) => (
            <span key={caseId}>
              {at > 0 && ', '}
              <Link href={`/library/${caseId}`} prefetch={false} className="text-accent underline">
                {codename}
              </Link>
            </span>
          ))}
          {cases > examples.length && ' and more'}
        </p>
        {said.length > 0 && (
          <ul className="mt-1 border-line border-l-2 pl-2 text-ink-2 text-xs">
            {said.map((text) => (
              <li key={text} className="[overflow-wrap:anywhere]">
                <Unseen text={text.slice(0, 300)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {mayPropose && (
        <Link
          href={`/settings/method/corrections/draft?${new URLSearchParams({ id, days: String(days) })}`}
          prefetch={false}
          className={buttonClass('default', 'sm')}
        >
          {KINDS[kind].action}
          <span className="sr-only"> about {subject}</span>
        </Link>
      )}
    </li>
  );
}

/** A drafted change: complete it, then propose it. `file`: as it is now; null: a new one. */
export function CorrectionDraftPage({ draft, file }: { draft: CorrectionDraft; file: MethodFile | null }) {
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/settings/method/corrections" className="text-accent underline">
          Corrections
        </Link>
      </p>
      <p className="mb-4 max-w-prose text-ink-2 text-sm">
        This draft says what happened. Complete it with what to do about it, then propose it.
      </p>
      <MethodFilePage path={draft.path} file={file} start="" suggested={{ text: draft.text, note: draft.note }} />
    </>
  );
}
