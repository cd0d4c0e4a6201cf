'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import { ROLES, type Role } from '@/lib/auth/permissions';

type Person = { id: string; name: string; email: string; role: Role; disabled: boolean };
const OPTIONS = ROLES.map((role) => ({ value: role, label: role }));

/** Who may sign in, and as what. Adding and changing is an admin's. */
export function People({ people, mayManage }: { people: Person[]; mayManage: boolean }) {
  const router = useRouter();
  const change = async (person: Person, patch: { role?: Role; disabled?: boolean }) => {
    try {
      await callApi('PATCH', `/api/users/${person.id}`, { body: patch });
      router.refresh();
    } catch (error) {
      toast({ title: wordsOf(error), kind: 'bad' });
    }
  };
  return (
    <>
      <ul className="divide-y divide-line rounded-md border border-line">
        {people.map((person) => (
          <li key={person.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
            <span className="min-w-0 flex-1 basis-40">
              <span className="font-medium">{person.name}</span> <span className="text-ink-3">{person.email}</span>
              {person.disabled && <span className="ml-2 text-bad">disabled</span>}
            </span>
            {mayManage ? (
              <>
                <Select
                  label={`Role of ${person.name}`}
                  options={OPTIONS}
                  value={person.role}
                  onChange={(role) => change(person, { role })}
                  size="sm"
                />
                <Button size="sm" variant="quiet" onClick={() => change(person, { disabled: !person.disabled })}>
                  {person.disabled ? 'Enable' : 'Disable'}
                </Button>
              </>
            ) : (
              <span className="text-ink-2">{person.role}</span>
            )}
          </li>
        ))}
      </ul>
      {mayManage && <AddPerson onAdded={() => router.refresh()} />}
    </>
  );
}

function AddPerson({ onAdded }: { onAdded: () => void }) {
  const [role, setRole] = useState<Role>('analyst');
  const [problem, setProblem] = useState('');
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setProblem('');
    try {
      await callApi('POST', '/api/users', { body: { ...Object.fromEntries(new FormData(form)), role } });
      form.reset();
      onAdded();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <form onSubmit={add} className="mt-3 flex flex-wrap items-end gap-2" aria-label="Add a person">
      <Field label="Name">{(control) => <Input {...control} name="name" required />}</Field>
      <Field label="E-mail">
        {(control) => <Input {...control} name="email" type="email" autoComplete="off" required />}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input {...control} name="password" type="password" autoComplete="new-password" minLength={12} required />
        )}
      </Field>
      <Select label="Role" options={OPTIONS} value={role} onChange={setRole} />
      <Button type="submit">Add</Button>
      <Problem>{problem}</Problem>
    </form>
  );
}
