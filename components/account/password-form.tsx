'use client';
import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import { Section } from '@/components/settings/section';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import { NewPasswordField } from './new-password-field';

export function PasswordForm({ email }: { email: string }) {
  const router = useRouter();
  const { busy, problem, at, send, form } = useRequest(/^(currentPassword|newPassword)$/);
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = event.currentTarget;
    const data = new FormData(entered);
    const [currentPassword, newPassword] = ['current', 'new'].map((name) => String(data.get(name) ?? ''));
    const body = { currentPassword: currentPassword ?? '', newPassword: newPassword ?? '' };
    if (!(await send('send', () => api.put('/api/me/password', { body })))) return;
    entered.reset();
    toast({ kind: 'good', title: 'Password changed. You are signed out everywhere else.' });
    router.refresh();
  };
  return (
    <Section title="Password" lead="Changing it signs you out on all other devices.">
      <form ref={form} onSubmit={save} className="flex max-w-sm flex-col items-start gap-3">
        {/* Password managers look for the account here. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <Field label="Current password" error={at('currentPassword')} className="w-full">
          {(control) => (
            <Input
              {...control}
              name="current"
              type="password"
              autoComplete="current-password"
              maxLength={256}
              required
            />
          )}
        </Field>
        <NewPasswordField error={at('newPassword')} />
        <Problem>{problem}</Problem>
        <Button type="submit" busy={busy !== null}>
          Change password
        </Button>
      </form>
    </Section>
  );
}
