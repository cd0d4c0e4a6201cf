import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { requireActor } from '@/app/current-actor';
import { originOf } from '@/app/public-origin';
import { Passkeys } from '@/components/account/passkeys';
import { PasswordForm } from '@/components/account/password-form';
import { ProfileForm } from '@/components/account/profile-form';
import { Sessions } from '@/components/account/sessions';
import { SingleSignOn } from '@/components/account/single-sign-on';
import { TwoFactor } from '@/components/account/two-factor';
import { Channels } from '@/components/settings/channels';
import { listSessions } from '@/lib/auth/own-sessions';
import { readTwoFactor } from '@/lib/auth/two-factor';
import { hasMail } from '@/lib/notifications/mail-setting';
import { listChannels } from '@/lib/notifications/manage-channels';
import { offersPasskeys } from '@/lib/passkeys/challenge';
import { listPasskeys } from '@/lib/passkeys/list';
import { readOwnSso } from '@/lib/sso/link';

export const metadata: Metadata = { title: 'Profile' };

export default async function ProfilePage() {
  const actor = await requireActor();
  const sso = await readOwnSso(actor);
  return (
    <>
      <ProfileForm me={{ name: actor.name, email: actor.email, role: actor.role }} />
      <PasswordForm email={actor.email} />
      <TwoFactor email={actor.email} state={await readTwoFactor(actor)} />
      <Passkeys
        email={actor.email}
        passkeys={await listPasskeys(actor)}
        available={offersPasskeys(originOf(await headers()))}
      />
      {sso && <SingleSignOn {...sso} />}
      <Channels scope="mine" channels={await listChannels(actor)} mail={(await hasMail()) ? actor.email : null} />
      <Sessions sessions={await listSessions(actor)} />
    </>
  );
}
