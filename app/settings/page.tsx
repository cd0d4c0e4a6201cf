import type { Metadata } from 'next';
import { SendAlert } from '@/components/queue/send-alert';
import { ApiKeys } from '@/components/settings/api-keys';
import { Appearance, RemoveSamples } from '@/components/settings/choices';
import { People } from '@/components/settings/people';
import { SettingSection } from '@/components/settings/setting-section';
import { Page } from '@/components/shell/page';
import { describeModel } from '@/lib/agent/model/describe-model';
import { listKeys } from '@/lib/auth/api-keys';
import { can } from '@/lib/auth/permissions';
import { listUsers } from '@/lib/auth/users';
import { requireActor } from '../current-actor';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const actor = await requireActor('/settings');
  const [people, keys] = await Promise.all([listUsers(actor), listKeys(actor)]);
  const model = describeModel(actor);
  return (
    <Page title="Settings" layout="text">
      <SettingSection title="People">
        <People people={people} mayManage={can(actor.role, 'users.manage')} />
      </SettingSection>
      <SettingSection title="API keys">
        <ApiKeys keys={keys} />
      </SettingSection>
      <SettingSection title="Sending alerts">
        <SendAlert source="generic" />
      </SettingSection>
      <SettingSection title="Model">
        <p className="text-ink-2 text-sm">
          {model.label}
          {model.server ? `, at ${model.server}` : ''}. Set by ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and SOCDOWN_MODEL
          where Socdown is started.
        </p>
      </SettingSection>
      <SettingSection title="Appearance">
        <Appearance />
      </SettingSection>
      {can(actor.role, 'samples.remove') && (
        <SettingSection title="Samples">
          <RemoveSamples />
        </SettingSection>
      )}
    </Page>
  );
}
