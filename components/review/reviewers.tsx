'use client';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Menu, MenuCheck } from '@/components/ui/menu';
import { can, type Role } from '@/lib/auth/permissions';
import type { ReviewHandle } from './use-review';

type Candidate = { id: string; name: string; role: Role; disabled: boolean };

/** Who was asked to review, and a menu to ask. */
export function Reviewers({ handle }: { handle: ReviewHandle }) {
  const { review } = handle;
  const [people, setPeople] = useState<Candidate[] | null>(null);
  const asked = review.requested.map(({ id }) => id);
  const load = (open: boolean) => {
    if (!open || people) return;
    const writers = new Set(review.writers.map(({ id }) => id));
    void api
      .get('/api/users')
      .then(({ items }) =>
        setPeople(items.filter((one) => !one.disabled && !writers.has(one.id) && can(one.role, 'reviews.decide'))),
      );
  };
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>{review.requested.map(({ name }) => name).join(', ') || 'nobody by name'}</span>
      {review.status === 'open' && (
        <Menu
          onOpenChange={load}
          trigger={
            <Button size="sm" variant="quiet">
              <UserPlus aria-hidden className="size-3.5" /> Ask
            </Button>
          }
        >
          {people === null && <p className="px-2 py-1 text-ink-2 text-sm">Loading…</p>}
          {people?.length === 0 && (
            <p className="max-w-60 px-2 py-1 text-ink-2 text-sm">
              Nobody else may decide this review. An admin can make somebody a reviewer.
            </p>
          )}
          {people?.map(({ id, name }) => (
            <MenuCheck
              key={id}
              checked={asked.includes(id)}
              onChange={(on) => void handle.ask(on ? [...asked, id] : asked.filter((other) => other !== id))}
            >
              {name}
            </MenuCheck>
          ))}
        </Menu>
      )}
    </div>
  );
}
