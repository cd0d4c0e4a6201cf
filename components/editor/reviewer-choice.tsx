'use client';
import Link from 'next/link';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Checkbox } from '@/components/ui/checkbox';
import { can } from '@/lib/auth/permissions';

type ReviewerChoiceProps = { chosen: string[]; onChange: (chosen: string[]) => void };

/** Who is asked to review, by name; nobody chosen: any reviewer may take it. */
export function ReviewerChoice({ chosen, onChange }: ReviewerChoiceProps) {
  const { data, error } = useApi('/api/users', {});
  const { data: me } = useApi('/api/me', {});
  const people =
    data?.items.filter((one) => !one.disabled && one.id !== me?.id && can(one.role, 'reviews.decide')) ?? [];
  if (error) return <span className="text-bad">{errorMessage(error)}</span>;
  if (data && me && people.length === 0) return <NoReviewer isAdmin={can(me.role, 'users.manage')} />;
  return (
    <fieldset aria-label="Reviewers" className="max-h-32 overflow-y-auto">
      {people.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={name}
          showLabel
          checked={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
        />
      ))}
      <p className="text-ink-3 text-xs">{chosen.length === 0 && 'No one chosen: any reviewer.'}</p>
    </fieldset>
  );
}

/** A team of one: the text can be submitted, but its author can't approve it. */
function NoReviewer({ isAdmin }: { isAdmin: boolean }) {
  return (
    <span className="text-ink-2">
      No one else can review yet. You can submit now;{' '}
      {isAdmin ? (
        <>
          to have it approved, add a reviewer in{' '}
          <Link href="/settings/people" className="text-accent underline">
            Settings → People
          </Link>
          .
        </>
      ) : (
        'to have it approved, ask an admin to add a reviewer.'
      )}
    </span>
  );
}
