'use client';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { Menu, MenuCheck } from '@/components/ui/menu';
import { can } from '@/lib/auth/permissions';
import type { ReviewHandle } from './use-review';

/** The requested reviewers, and a menu to request reviews. */
export function Reviewers({ handle }: { handle: ReviewHandle }) {
  const { review } = handle;
  const [opened, setOpened] = useState(false);
  const { data, error } = useApi('/api/users', {}, { when: opened });
  const writers = new Set(review.writers.map(({ id }) => id));
  const people = data?.items.filter((one) => !one.disabled && !writers.has(one.id) && can(one.role, 'reviews.decide'));
  const requested = review.requested.map(({ id }) => id);
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>{review.requested.map(({ name }) => name).join(', ') || 'Anyone'}</span>
      {review.status === 'open' && (
        <Menu
          onOpenChange={() => setOpened(true)}
          trigger={
            <Button size="sm" variant="quiet">
              <UserPlus aria-hidden className="size-3.5" /> Request review
            </Button>
          }
        >
          {!people && <p className="px-2 py-1 text-ink-2 text-sm">{error ? errorMessage(error) : 'Loading…'}</p>}
          {people?.length === 0 && (
            <p className="max-w-60 px-2 py-1 text-ink-2 text-sm">
              No one else can review this. An admin can give someone the reviewer role.
            </p>
          )}
          {people?.map(({ id, name }) => (
            <MenuCheck
              key={id}
              checked={requested.includes(id)}
              onChange={(on) =>
                void handle.requestReviewers(on ? [...requested, id] : requested.filter((other) => other !== id))
              }
            >
              {name}
            </MenuCheck>
          ))}
        </Menu>
      )}
    </div>
  );
}
