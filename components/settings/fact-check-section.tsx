'use client';
import { Checkbox } from '@/components/ui/checkbox';
import { Select } from '@/components/ui/select';
import type { ModelSettings } from '@/lib/agent/model/model-settings';
import { Section } from './section';

type FactCheckSectionProps = {
  value: ModelSettings['factCheck'];
  /** Names of the models above. */
  models: string[];
  editable: boolean;
  onChange: (value: ModelSettings['factCheck']) => void;
};

/** No name of a model: those stand behind a `=`. */
const DEFAULT = 'default';

/** Which model reads reports against their evidence, and whether it does so unasked. */
export function FactCheckSection({ value, models, editable, onChange }: FactCheckSectionProps) {
  const named = [...new Set(models)].filter((id) => id !== '');
  return (
    <Section
      title="Fact check"
      lead="A model reads each statement of a report against its evidence and warns where they differ. It counts against the budgets above."
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <Select
          size="sm"
          label="Model for fact checks"
          showLabel
          disabled={!editable}
          value={value.model === null ? DEFAULT : `=${value.model}`}
          onChange={(choice) => onChange({ ...value, model: choice === DEFAULT ? null : choice.slice(1) })}
          options={[{ value: DEFAULT, label: 'Default' }, ...named.map((id) => ({ value: `=${id}`, label: id }))]}
        />
        <Checkbox
          label="Fact-check every report that a language model has written"
          showLabel
          disabled={!editable}
          checked={value.afterRuns}
          onChange={(afterRuns) => onChange({ ...value, afterRuns })}
        />
      </div>
    </Section>
  );
}
