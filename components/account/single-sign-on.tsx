'use client';
import { useRouter } from 'next/navigation';
import { Section } from '@/components/settings/section';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';

/** Links one's account to the provider of single sign-on, or ends the link. */
export function SingleSignOn({ name, linked }: { name: string; linked: boolean }) {
  const router = useRouter();
  const { busy, problem, send } = useRequest();
  const link = () => send('send', async () => location.assign((await api.post('/api/me/sso')).url));
  const unlink = () =>
    send('send', async () => {
      await api.delete('/api/me/sso');
      toast({ kind: 'good', title: 'Single sign-on is unlinked' });
      router.refresh();
    });
  return (
    <Section
      title="Single sign-on"
      lead={linked ? `You can sign in with ${name}.` : `Link your account to sign in with ${name}.`}
      action={<Badge tone={linked ? 'good' : 'neutral'}>{linked ? 'linked' : 'not linked'}</Badge>}
    >
      <div className="flex flex-col items-start gap-2">
        <Button busy={busy !== null} onClick={linked ? unlink : link}>
          {linked ? 'Unlink' : 'Link account'}
        </Button>
        <Problem>{problem}</Problem>
      </div>
    </Section>
  );
}
