'use client';
import { TwoFactorSetup } from '@/components/account/two-factor-setup';
import { api } from '@/components/shell/api';
import { Button } from '@/components/ui/button';

/** For a person who can do nothing else: set it up, or sign out. */
export function SetUpForm({ email, next }: { email: string; next: string }) {
  const signOut = async () => {
    await api.post('/api/auth/{...all}', { params: { all: 'sign-out' }, body: {} }).catch(() => {});
    location.assign('/sign-in');
  };
  return (
    <div className="flex flex-col items-start gap-3">
      {/* A full load: what the server renders around every page depends on who may go on. */}
      <TwoFactorSetup email={email} onDone={() => location.assign(next)} />
      <Button variant="quiet" size="sm" onClick={() => void signOut()}>
        Sign out
      </Button>
    </div>
  );
}
