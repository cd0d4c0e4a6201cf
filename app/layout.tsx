import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { EntityCardHost } from '@/components/entities/entity-card-host';
import { Activity } from '@/components/shell/activity';
import { AppShell } from '@/components/shell/app-shell';
import { sessionLimits } from '@/lib/auth/session-limits';
import { halfMinuteOf } from '@/lib/time/time';
import { currentActor } from './current-actor';

export const metadata: Metadata = {
  title: { default: 'Socdown', template: '%s · Socdown' },
  icons: { icon: '/logo.svg', apple: '/apple-touch-icon.png' },
};
export const viewport: Viewport = { width: 'device-width', initialScale: 1, viewportFit: 'cover' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get('theme')?.value.endsWith('light') ? 'light' : 'dark'; // as components/shell/theme sets it
  const actor = await currentActor();
  return (
    <html lang="en" data-theme={theme} data-drawn={halfMinuteOf(Date.now())} suppressHydrationWarning>
      <body>
        <AppShell me={actor && { name: actor.name, email: actor.email, role: actor.role }}>
          {children}
          {actor && <Activity idleMinutes={(await sessionLimits()).idleMinutes} />}
          <EntityCardHost />
        </AppShell>
      </body>
    </html>
  );
}
