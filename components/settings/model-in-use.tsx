import { Badge } from '@/components/ui/badge';
import type { SettingsView } from '@/lib/settings/read-settings';
import { Section } from './section';

const BUILTIN = 'Rules on this machine. No data leaves it, and no language model is used.';

const LOGS: Record<SettingsView['logs'], string> = {
  own: 'The folders in LOGS_DIR.',
  samples: 'The demo organization’s logs. Set LOGS_DIR to search your own.',
  none: 'None: the samples are removed and LOGS_DIR is not set.',
};

/** Which model investigates, and where that is set. Keys are in the environment alone and are never shown. */
export function ModelInUse({ model, logs }: Pick<SettingsView, 'model' | 'logs'>) {
  return (
    <>
      <Section title="Model" lead="Investigates and writes first drafts; people decide. Each report names its model.">
        <dl className="grid grid-cols-[7rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-2 text-sm">
          <dt className="text-ink-3">In use</dt>
          <dd>
            <Badge tone="model">{model.label}</Badge>
          </dd>
          <dt className="text-ink-3">Endpoint</dt>
          <dd className="text-ink-2">
            {model.server
              ? `${model.server}. Alerts, log excerpts and the report are sent there while a run continues.`
              : BUILTIN}
          </dd>
          <dt className="text-ink-3">Logs</dt>
          <dd className="text-ink-2">{LOGS[logs]}</dd>
        </dl>
      </Section>
      <Section title="Provider" lead="Set by environment variables; restart to apply.">
        <dl className="grid grid-cols-1 items-baseline gap-x-4 gap-y-1 text-sm sm:grid-cols-[13rem_minmax(0,1fr)]">
          <Variable name="ANTHROPIC_API_KEY">Anthropic API key. Without one, the built-in analyst runs.</Variable>
          <Variable name="ANTHROPIC_BASE_URL">Another server with the same API.</Variable>
          <Variable name="SOCDOWN_MODEL">Model name, until a list is saved below.</Variable>
          <Variable name="LOGS_DIR">Folders of log files to search.</Variable>
        </dl>
      </Section>
    </>
  );
}

function Variable({ name, children }: { name: string; children: string }) {
  return (
    <>
      <dt className="font-mono text-xs leading-5">{name}</dt>
      <dd className="mb-1.5 text-ink-2">{children}</dd>
    </>
  );
}
