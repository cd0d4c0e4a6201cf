'use client';
import { Field, Textarea } from '@/components/ui/field';
import { Unseen } from '@/components/ui/unseen';
import type { CheckFinding } from '@/lib/checks/finding';
import { findingKey, groupFindings } from '@/lib/checks/finding-key';
import { groupName, type OverrideDraft } from './override-draft';

type OverridesProps = {
  /** Errors that no earlier approval of this text has overridden. */
  errors: CheckFinding[];
  draft: OverrideDraft;
  onChange: (draft: OverrideDraft) => void;
  onLine: (line: number) => void;
};

/** The errors of the checks, each with a reason of its own; those of the same name share one. */
export function Overrides({ errors, draft, onChange, onLine }: OverridesProps) {
  const groups = groupFindings(errors);
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 font-medium text-sm">Override the checks</legend>
      <p className="text-ink-2 text-xs">
        Give each error its own reason. The audit log and the commit record it with the error.
      </p>
      {groups.map((group) => (
        <div key={groupName(group)} className="flex flex-col gap-1">
          <ul className="flex flex-col gap-1">
            {group.map((error) => (
              <Finding key={findingKey(error)} error={error} onLine={onLine} />
            ))}
          </ul>
          <Field label={`Reason for overriding ${wordsFor(group, groups)}`}>
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                value={draft[groupName(group)] ?? ''}
                onChange={(event) => onChange({ ...draft, [groupName(group)]: event.target.value })}
              />
            )}
          </Field>
        </div>
      ))}
    </fieldset>
  );
}

/** What a reason is for. No two of a list are called the same: errors of one line are numbered. */
function wordsFor(group: CheckFinding[], groups: CheckFinding[][]): string {
  const [first] = group;
  const name = (of: CheckFinding[]) =>
    of.length > 1 ? `these ${of.length} errors` : `the error in line ${of[0]?.line}`;
  const alike = groups.filter((other) => name(other) === name(group));
  if (alike.length === 1 || !first) return name(group);
  const at = alike.indexOf(group) + 1;
  return group.length > 1
    ? `${name(group)} from line ${first.line} (${at} of ${alike.length})`
    : `error ${at} of ${alike.length} in line ${first.line}`;
}

type FindingProps = { error: Pick<CheckFinding, 'line' | 'message'>; onLine: (line: number) => void };

/** A finding with its line, in a list. */
export function Finding({ error: { line, message }, onLine }: FindingProps) {
  return (
    <li className="flex items-start text-sm">
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
    </li>
  );
}
