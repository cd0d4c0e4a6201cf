'use client';
import { useRouter } from 'next/navigation';
import { Section } from '@/components/settings/section';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import type { SessionView } from '@/lib/auth/own-sessions';
import { deviceName } from './device-name';

export function Sessions({ sessions }: { sessions: SessionView[] }) {
  const router = useRouter();
  const { busy, problem, send } = useRequest<string>();
  const end = async (id: string | null) => {
    const request = () =>
      id === null ? api.delete('/api/me/sessions') : api.delete('/api/me/sessions/{id}', { params: { id } });
    if (!(await send(id ?? 'all', request))) return;
    toast({ kind: 'good', title: id === null ? 'Signed out everywhere else' : 'Session ended' });
    router.refresh();
  };
  const others = sessions.filter(({ current }) => !current).length;
  return (
    <Section
      title="Sessions"
      lead="Where you are signed in. If you don’t recognize a session, end it and change your password."
      action={
        <Button busy={busy === 'all'} disabled={others === 0} onClick={() => end(null)}>
          Sign out everywhere else
        </Button>
      }
    >
      <Problem>{problem}</Problem>
      <ul aria-label="Sessions" className="divide-y divide-line border-line border-y text-sm">
        {sessions.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="min-w-0 flex-1">
              {deviceName(session.userAgent)} {session.current && <Badge tone="good">this device</Badge>}
              <span className="block text-ink-3 text-xs">
                signed in <Time value={session.createdAt} /> · last seen <Time value={session.seenAt} />
                {session.address !== '' && ` · ${session.address}`}
              </span>
            </span>
            {!session.current && (
              <Button
                size="sm"
                busy={busy === session.id}
                aria-label={`End the session of ${deviceName(session.userAgent)}`}
                onClick={() => end(session.id)}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
