'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import { Section } from '@/components/settings/section';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';

export function ProfileForm({ me }: { me: { name: string; email: string; role: string } }) {
  const router = useRouter();
  const { busy, problem, at, send, form } = useRequest(/^name$/);
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '');
    if (!(await send('send', () => api.patch('/api/me', { body: { name } })))) return;
    toast({ kind: 'good', title: 'Name saved' });
    router.refresh();
  };
  return (
    <Section
      title="Profile"
      lead={
        <>
          {me.email} · {me.role}. An admin changes the address and the role. The theme is under{' '}
          <Link href="/settings/appearance" className="text-accent underline">
            Appearance
          </Link>
          .
        </>
      }
    >
      <form ref={form} onSubmit={save} className="flex max-w-sm flex-col items-start gap-3">
        <Field
          label="Name"
          hint="Shown on reports and commits; earlier commits keep the earlier name."
          error={at('name')}
          className="w-full"
        >
          {(control) => (
            <Input {...control} name="name" defaultValue={me.name} maxLength={100} autoComplete="name" required />
          )}
        </Field>
        <Problem>{problem}</Problem>
        <Button type="submit" busy={busy !== null}>
          Save name
        </Button>
      </form>
    </Section>
  );
}
