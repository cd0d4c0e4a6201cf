'use client';
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
  if (data && people.length === 0) return <span className="text-ink-2">No one else can review yet.</span>;
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
      <p className="text-ink-3 text-xs">{chosen.length === 0 && 'Nobody chosen: any reviewer.'}</p>
    </fieldset>
  );
}
