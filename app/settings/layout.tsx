import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { SettingsNav } from '@/components/settings/settings-nav';
import { Page } from '@/components/shell/page';

export const metadata: Metadata = { title: { default: 'Settings', template: '%s · Settings · Socdown' } };

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <Page title="Settings" layout="fill">
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <SettingsNav />
        <div className="min-h-0 flex-1 overflow-y-auto">
          <div className="w-full max-w-4xl px-3 py-5 has-data-wide:max-w-7xl md:px-8">{children}</div>
        </div>
      </div>
    </Page>
  );
}
