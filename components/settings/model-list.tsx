'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button, IconButton } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { ModelEntry, ModelSettings } from '@/lib/agent/model/model-settings';
import { FactCheckSection } from './fact-check-section';
import { Section } from './section';

const PRICES = { input: 'input', output: 'output', cacheRead: 'cache read', cacheWrite: 'cache write' } as const;
const BUDGETS = { run: 'Per run', person: 'Per user per day', day: 'All users per day' } as const;
type Price = keyof typeof PRICES;

/** As it is typed: numbers are text until they are saved. */
type Row = { key: number; id: string; thinking: boolean; contextTokens: string; price: Record<Price, string> };
type Budget = { tokens: string; cost: string };
type Budgets = Record<keyof typeof BUDGETS, Budget>;

/** The models that runs may use, their prices, and the budgets. Admins change them; others read. */
export function ModelList({ settings, editable }: { settings: ModelSettings; editable: boolean }) {
  const router = useRouter();
  const { rows, first, setFirst, add, change, remove } = useModelRows(settings);
  const [budgets, setBudgets] = useState<Budgets>(() => toTyped(settings.budgets));
  const [factCheck, setFactCheck] = useState(settings.factCheck);
  const { busy, problem, at, send, form } = useRequest(/^(models\.\d+|budgets)\./);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    await send('send', async () => {
      await api.put('/api/settings/models', {
        body: { ...toSettings(rows, first, budgets), factCheck: existing(factCheck, rows) },
      });
      toast({ kind: 'good', title: 'Saved. Applies from the next model call.' });
      router.refresh();
    });
  };

  return (
    <form ref={form} onSubmit={save}>
      <fieldset disabled={!editable} className="min-w-0">
        <Section
          title="Available models"
          lead="Names as the provider lists them. Prices are in US dollars per million tokens; without them no cost is shown."
          action={
            editable && (
              <Button size="sm" onClick={add}>
                <Plus aria-hidden className="size-3.5" /> Add a model
              </Button>
            )
          }
        >
          <ul className="space-y-3">
            {rows.map((row, index) => (
              <ModelRow
                key={row.key}
                row={row}
                editable={editable}
                isDefault={index === first}
                onDefault={() => setFirst(index)}
                onChange={(patch) => change(row.key, patch)}
                errorAt={(field) => at(`models.${index}.${field}`)}
                onRemove={editable && rows.length > 1 ? () => remove(row.key) : null}
              />
            ))}
          </ul>
        </Section>
        <BudgetSection budgets={budgets} onChange={setBudgets} errorAt={(field) => at(`budgets.${field}`)} />
        <FactCheckSection
          value={existing(factCheck, rows)}
          models={rows.map(({ id }) => id.trim())}
          editable={editable}
          onChange={setFactCheck}
        />
      </fieldset>
      <Problem>{problem}</Problem>
      {editable ? (
        <Button type="submit" variant="primary" busy={busy !== null}>
          Save
        </Button>
      ) : (
        <p className="text-ink-3 text-sm">Only admins can change these settings.</p>
      )}
    </form>
  );
}

type BudgetSectionProps = {
  budgets: Budgets;
  onChange: (change: (before: Budgets) => Budgets) => void;
  errorAt: (field: string) => string | undefined;
};

function BudgetSection({ budgets, onChange, errorAt }: BudgetSectionProps) {
  return (
    <Section
      title="Budgets"
      lead="Checked before each model call. A run that reaches a limit stops and keeps its text; it can resume once there is budget. Empty means no limit. Days are in UTC."
    >
      <div className="grid gap-2 sm:grid-cols-3">
        {(Object.keys(BUDGETS) as (keyof Budgets)[]).map((scope) => (
          <BudgetFields
            key={scope}
            label={BUDGETS[scope]}
            budget={budgets[scope]}
            errorAt={(field) => errorAt(`${scope}.${field}`)}
            onChange={(patch) => onChange((before) => ({ ...before, [scope]: { ...before[scope], ...patch } }))}
          />
        ))}
      </div>
    </Section>
  );
}

/** The models as they are edited, and which one is the default. */
function useModelRows(settings: ModelSettings) {
  const [rows, setRows] = useState<Row[]>(() => settings.models.map(toRow));
  const [first, setFirst] = useState(() => settings.models.findIndex(({ id }) => id === settings.default));
  const add = () => setRows((before) => [...before, emptyRow(Math.max(...before.map(({ key }) => key)) + 1)]);
  const change = (key: number, patch: Partial<Row>) =>
    setRows((before) => before.map((row) => (row.key === key ? { ...row, ...patch } : row)));
  const remove = (key: number) => {
    const index = rows.findIndex((row) => row.key === key);
    setRows((before) => before.filter((row) => row.key !== key));
    setFirst((now) => (now === index ? 0 : now > index ? now - 1 : now));
  };
  return { rows, first, setFirst, add, change, remove };
}

type ModelRowProps = {
  row: Row;
  editable: boolean;
  isDefault: boolean;
  onDefault: () => void;
  onChange: (patch: Partial<Row>) => void;
  /** null: it can't be removed. */
  onRemove: (() => void) | null;
  errorAt: (field: string) => string | undefined;
};

function ModelRow({ row, editable, isDefault, onDefault, onChange, onRemove, errorAt }: ModelRowProps) {
  return (
    <li className="rounded-md border border-line p-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <Input
          aria-label="Model"
          className="w-64 max-w-full font-mono text-xs"
          value={row.id}
          required
          maxLength={200}
          placeholder="claude-sonnet-5-5"
          onChange={({ target }) => onChange({ id: target.value })}
        />
        <label className="flex items-center gap-1.5">
          <input type="radio" name="default" className="accent-accent" checked={isDefault} onChange={onDefault} />
          Default
        </label>
        <Checkbox
          label="Thinking"
          showLabel
          disabled={!editable}
          checked={row.thinking}
          onChange={(thinking) => onChange({ thinking })}
        />
        {onRemove && (
          <IconButton size="sm" className="ml-auto" label={`Remove ${row.id || 'this model'}`} onClick={onRemove}>
            <Trash2 aria-hidden className="size-3.5" />
          </IconButton>
        )}
      </div>
      <div className="mt-2 grid grid-cols-2 gap-2 sm:grid-cols-5">
        <Figure
          label="Context (tokens)"
          value={row.contextTokens}
          placeholder="automatic"
          error={errorAt('contextTokens')}
          step="1"
          onChange={(contextTokens) => onChange({ contextTokens })}
        />
        {(Object.keys(PRICES) as Price[]).map((kind) => (
          <Figure
            key={kind}
            label={`$ ${PRICES[kind]}`}
            value={row.price[kind]}
            placeholder="unknown"
            error={errorAt(`price.${kind}`)}
            onChange={(value) => onChange({ price: { ...row.price, [kind]: value } })}
          />
        ))}
      </div>
    </li>
  );
}

type BudgetFieldsProps = {
  label: string;
  budget: Budget;
  onChange: (patch: Partial<Budget>) => void;
  errorAt: (field: string) => string | undefined;
};

function BudgetFields({ label, budget, onChange, errorAt }: BudgetFieldsProps) {
  return (
    <fieldset className="min-w-0 rounded-md border border-line p-3">
      <legend className="px-1 font-medium text-xs">{label}</legend>
      <div className="grid grid-cols-2 gap-2">
        {(['tokens', 'cost'] as const).map((kind) => (
          <Figure
            key={kind}
            label={kind === 'cost' ? 'US dollars' : 'Tokens'}
            value={budget[kind]}
            placeholder="no limit"
            error={errorAt(kind)}
            step={kind === 'tokens' ? '1' : 'any'}
            onChange={(value) => onChange({ [kind]: value })}
          />
        ))}
      </div>
    </fieldset>
  );
}

type FigureProps = {
  label: string;
  value: string;
  placeholder: string;
  step?: string;
  error: string | undefined;
  onChange: (value: string) => void;
};

function Figure({ label, value, placeholder, step = 'any', error, onChange }: FigureProps) {
  return (
    <Field label={label} error={error} className="min-w-0">
      {(control) => (
        <Input
          {...control}
          type="number"
          inputMode="decimal"
          min={0}
          step={step}
          value={value}
          placeholder={placeholder}
          className="tabular-nums"
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

const NO_PRICE: Record<Price, string> = { input: '', output: '', cacheRead: '', cacheWrite: '' };
const emptyRow = (key: number): Row => ({ key, id: '', thinking: true, contextTokens: '', price: NO_PRICE });
const typed = (value: number | null): string => (value === null ? '' : String(value));
const figure = (text: string): number | null => (text.trim() === '' ? null : Number(text));

function toRow({ id, thinking, contextTokens, price }: ModelSettings['models'][number], key: number): Row {
  const prices = Object.entries(price ?? {}).map(([kind, value]) => [kind, typed(value)]);
  return {
    key,
    id,
    thinking,
    contextTokens: typed(contextTokens),
    price: { ...NO_PRICE, ...Object.fromEntries(prices) },
  };
}

function toTyped(budgets: ModelSettings['budgets']): Budgets {
  const one = ({ tokens, cost }: { tokens: number | null; cost: number | null }) => ({
    tokens: typed(tokens),
    cost: typed(cost),
  });
  return { run: one(budgets.run), person: one(budgets.person), day: one(budgets.day) };
}

/** A model that was taken out of the list reads nothing: the default does. */
const existing = ({ model, afterRuns }: ModelSettings['factCheck'], rows: Row[]): ModelSettings['factCheck'] => ({
  model: rows.some(({ id }) => id.trim() === model) ? model : null,
  afterRuns,
});

/** What is sent; the server says what is wrong with it. Of four prices all or none must be there. */
function toSettings(rows: Row[], first: number, budgets: Budgets): Omit<ModelSettings, 'factCheck'> {
  const models = rows.map(({ id, thinking, contextTokens, price }) => {
    const figures = Object.entries(price).map(([kind, text]) => [kind, figure(text)] as const);
    const priced = figures.some(([, value]) => value !== null);
    return {
      id: id.trim(),
      thinking,
      contextTokens: figure(contextTokens),
      // A price without a figure is refused by the API, at its field.
      price: priced ? (Object.fromEntries(figures) as ModelEntry['price']) : null,
    };
  });
  const budget = ({ tokens, cost }: { tokens: string; cost: string }) => ({
    tokens: figure(tokens),
    cost: figure(cost),
  });
  return {
    models,
    default: models[first]?.id ?? '',
    budgets: { run: budget(budgets.run), person: budget(budgets.person), day: budget(budgets.day) },
  };
}
