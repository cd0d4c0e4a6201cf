'use client';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, Textarea } from '@/components/ui/field';
import { Unseen } from '@/components/ui/unseen';
import type { CheckFinding } from '@/lib/checks/finding';
import { findingKey } from '@/lib/checks/finding-key';
import { addReason, canAdd, type OverrideDraft } from './override-draft';

type OverridesProps = {
  /** Errors that no earlier approval of this text has overridden. */
  errors: CheckFinding[];
  draft: OverrideDraft;
  onChange: (draft: OverrideDraft) => void;
  onLine: (line: number) => void;
};

/** The errors of the checks, each to be selected, and a reason for those that are. */
export function Overrides({ errors, draft, onChange, onLine }: OverridesProps) {
  const { added, selected } = draft;
  const left = errors.filter((error) => !added.some(({ findings }) => findings.includes(findingKey(error))));
  const byKey = new Map(errors.map((error) => [findingKey(error), error]));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">Override the checks</legend>
      {added.map((one) => (
        <div key={one.reason} className="rounded-md bg-sunken px-3 py-2 text-sm">
          <p className="[overflow-wrap:anywhere]">
            <Unseen text={one.reason} />
          </p>
          <ul className="mt-1 flex flex-col gap-1">
            {one.findings.map((key) => {
              const error = byKey.get(key);
              return error && <Finding key={key} error={error} onLine={onLine} />;
            })}
          </ul>
          <Button
            size="sm"
            className="mt-1"
            onClick={() => onChange({ ...draft, added: added.filter((other) => other !== one) })}
          >
            Remove reason
          </Button>
        </div>
      ))}
      {left.length > 1 && <Choice errors={left} draft={draft} onChange={onChange} onLine={onLine} />}
      {left.length === 1 && left[0] && (
        <ul>
          <Finding error={left[0]} onLine={onLine} />
        </ul>
      )}
      {left.length > 0 && (
        <Reason count={selected.length} ofAll={selected.length === left.length} draft={draft} onChange={onChange} />
      )}
    </fieldset>
  );
}

function Choice({ errors, draft, onChange, onLine }: OverridesProps) {
  const { selected } = draft;
  const keys = errors.map(findingKey);
  const isAll = keys.every((key) => selected.includes(key));
  const turn = (key: string, on: boolean) =>
    onChange({ ...draft, selected: on ? [...selected, key] : selected.filter((other) => other !== key) });
  return (
    <>
      <p className="text-ink-2 text-xs">Select the errors that share a reason. Each is recorded with it.</p>
      <ul className="flex flex-col gap-1">
        {errors.map((error) => {
          const key = findingKey(error);
          return (
            <li key={key} className="flex items-start gap-1 text-sm">
              <Checkbox
                label={`Override line ${error.line}: ${error.message}`}
                checked={selected.includes(key)}
                onChange={(on) => turn(key, on)}
              />
              <FindingText error={error} onLine={onLine} />
            </li>
          );
        })}
      </ul>
      <Checkbox
        label="Select all errors"
        showLabel
        checked={isAll}
        mixed={!isAll && selected.length > 0}
        onChange={(on) => onChange({ ...draft, selected: on ? keys : [] })}
      />
    </>
  );
}

type ReasonProps = Pick<OverridesProps, 'draft' | 'onChange'> & { count: number; ofAll: boolean };

function Reason({ count, ofAll, draft, onChange }: ReasonProps) {
  return (
    <>
      <Field
        label={`Reason for overriding ${count > 1 ? `these ${count} errors` : 'this error'}`}
        hint={
          count === 0 ? 'Select the errors it is for.' : 'Recorded with each error in the audit log, and in the commit.'
        }
      >
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            value={draft.reason}
            onChange={(event) => onChange({ ...draft, reason: event.target.value })}
          />
        )}
      </Field>
      {!ofAll && (
        <Button size="sm" className="self-start" disabled={!canAdd(draft)} onClick={() => onChange(addReason(draft))}>
          Add reason
        </Button>
      )}
    </>
  );
}

type FindingProps = { error: Pick<CheckFinding, 'line' | 'message'>; onLine: (line: number) => void };

/** A finding with its line, in a list. */
export function Finding({ error, onLine }: FindingProps) {
  return (
    <li className="flex items-start text-sm">
      <FindingText error={error} onLine={onLine} />
    </li>
  );
}

function FindingText({ error: { line, message }, onLine }: FindingProps) {
  return (
    <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
      <button
        type="button"
        onClick={() => onLine(line)}
        className="mr-1.5 min-h-[24px] font-mono text-accent text-xs underline underline-offset-2"
      >
        line {line}
      </button>
      <Unseen text={message} />
    </p>
  );
}
