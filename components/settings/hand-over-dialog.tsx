'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { UserView } from '@/lib/auth/users';
import { joined, plural } from '@/lib/text/phrases';

const NOBODY = 'nobody';

type HandOverDialogProps = {
  person: UserView;
  work: { alerts: number; reviews: number; tasks: number };
  people: UserView[];
  onClose: () => void;
  onConfirm: (handOverTo: string | null) => void;
};

/** Asks who takes over the open work of a person who is deactivated. */
export function HandOverDialog({ person, work, people, onClose, onConfirm }: HandOverDialogProps) {
  const [to, setTo] = useState(NOBODY);
  const others = people.filter(({ id, disabled, service }) => id !== person.id && !disabled && !service);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Deactivate ${person.name}?`}
      size="sm"
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="danger" onClick={() => onConfirm(to === NOBODY ? null : to)}>
            Deactivate
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p className="text-ink-2">
          {person.name} has {listed(work)}.
        </p>
        <Field
          label="Hand over to"
          hint="Review requests go only to people who may decide them and did not edit the text."
        >
          {({ id }) => (
            <Select
              id={id}
              label="Hand over to"
              options={[
                { value: NOBODY, label: 'Nobody: unassign alerts and tasks' },
                ...others.map((other) => ({ value: other.id, label: other.name })),
              ]}
              value={to}
              onChange={setTo}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

/** What is open; the dialog is asked only when something is. */
const listed = ({ alerts, tasks, reviews }: HandOverDialogProps['work']): string =>
  joined([
    ...(alerts > 0 ? [plural(alerts, 'open alert')] : []),
    ...(tasks > 0 ? [plural(tasks, 'open task')] : []),
    ...(reviews > 0 ? [plural(reviews, 'open review request')] : []),
  ]);
