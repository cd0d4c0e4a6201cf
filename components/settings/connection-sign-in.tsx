'use client';
import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Tag } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import type { SignInView } from '@/lib/connections/oauth/schema';
import type { ConnectionDetail } from '@/lib/connections/schema';

const STATES = {
  signed_in: { word: 'signed in', tone: 'good', icon: <CircleCheck /> },
  ended: { word: 'sign in again', tone: 'bad', icon: <CircleAlert /> },
  none: { word: 'not signed in', tone: 'neutral', icon: <CircleDashed /> },
} as const;

/** How a connection that uses OAuth is signed in: a state for lists. */
export function SignInTag({ signIn }: { signIn: SignInView }) {
  const needsMore = signIn.state === 'signed_in' && signIn.missingScopes.length > 0;
  const { word, tone, icon } = STATES[needsMore ? 'ended' : signIn.state];
  return (
    <Tag tone={tone} icon={icon}>
      {word}
    </Tag>
  );
}

type Props = {
  connection: ConnectionDetail;
  signIn: SignInView;
  canManage: boolean;
  /** How the sign-in that was just tried failed. */
  failure: string | null;
  onChange: (connection: ConnectionDetail) => void;
};

/** Who is signed in, for what and how long; signing in, again, and out. */
export function ConnectionSignIn({ connection, signIn, canManage, failure, onChange }: Props) {
  const { id } = connection;
  const { busy, problem, send } = useRequest<'in' | 'out'>();
  const start = () =>
    send('in', async () => {
      const { authorizationUrl } = await api.post('/api/connections/{id}/oauth/start', { params: { id } });
      if (/^https?:/.test(authorizationUrl)) window.location.assign(authorizationUrl);
    });
  const signOut = () =>
    send('out', async () => onChange(await api.delete('/api/connections/{id}/oauth', { params: { id } })));
  return (
    <section aria-labelledby="sign-in" className="mb-8">
      <div className="mb-1 flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h3 id="sign-in" className="font-medium text-sm">
          Sign-in
        </h3>
        <SignInTag signIn={signIn} />
        {canManage && (
          <span className="flex flex-wrap gap-2">
            <Button variant={signIn.state === 'signed_in' ? 'default' : 'primary'} busy={busy === 'in'} onClick={start}>
              {signIn.state === 'none' ? 'Sign in' : 'Sign in again'}
            </Button>
            {signIn.state !== 'none' && (
              <Button busy={busy === 'out'} onClick={signOut}>
                Sign out
              </Button>
            )}
          </span>
        )}
      </div>
      {canManage && <SignInFacts signIn={signIn} />}
      {signIn.missingScopes.length > 0 && (
        <p className="mt-1 text-bad text-sm [overflow-wrap:anywhere]">
          The server also asks for: {signIn.missingScopes.join(' ')}. Sign in again to allow it.
        </p>
      )}
      <Problem className="mt-2">{problem || (signIn.state !== 'signed_in' && failure)}</Problem>
    </section>
  );
}

function SignInFacts({ signIn }: { signIn: SignInView }) {
  const { state, by, account, since, expiresAt, renews, scopes, issuer } = signIn;
  if (state === 'none')
    return <p className="text-ink-2 text-sm">An admin signs in once; all investigations then use that account.</p>;
  const rows = [
    ['Account', account],
    ['Signed in by', by],
    ['Since', since && <Time value={since} />],
    ['At', issuer],
    ['Scopes', scopes.join(' ')],
    ['Token', state === 'signed_in' && expiresAt && <TokenExpiry expiresAt={expiresAt} renews={renews} />],
  ] as const;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-sm">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{name}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function TokenExpiry({ expiresAt, renews }: { expiresAt: string; renews: boolean }) {
  return (
    <>
      expires at <Time value={expiresAt} show="utc" />
      {renews ? ', renewed before' : '; then someone must sign in again'}
    </>
  );
}
