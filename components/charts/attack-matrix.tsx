'use client';
import type { ReactNode } from 'react';
import { cx } from '@/components/ui/class-names';
import { Scrollable } from '@/components/ui/scrollable';
import type { Technique } from '@/lib/attack/techniques';
import { tacticLook } from './tactic';
import { citedBy } from './technique-citations';

/** Tactics in the order of an attack. */
const ORDER = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
];

type AttackMatrixProps = {
  techniques: Technique[];
  /** The report: which evidence its lines cite for a technique. */
  markdown: string;
  onEvidence: (number: number) => void;
  /** At the end of its heading. */
  action?: ReactNode;
};

/** The ATT&CK techniques of a case by tactic, with the evidence that the report cites for each. */
export function AttackMatrix({ techniques, markdown, onEvidence, action }: AttackMatrixProps) {
  return (
    <figure className="rounded-lg border border-line bg-surface">
      <figcaption className="flex items-center border-line border-b px-2 py-1.5 font-medium text-sm">
        <span className="mr-auto">ATT&CK techniques by tactic</span>
        {action}
      </figcaption>
      <TechniqueMatrix
        label="ATT&CK matrix of the case"
        caption="Techniques of this case by tactic, in the order of an attack"
        techniques={techniques}
        className="my-0 border-0"
        detailOf={({ id }) => <Citations numbers={citedBy(markdown, id)} onEvidence={onEvidence} />}
      />
    </figure>
  );
}

type TechniqueMatrixProps = {
  label: string;
  caption: string;
  techniques: Technique[];
  /** What stands below a technique's name. */
  detailOf: (technique: Technique) => ReactNode;
  className?: string;
};

/** Techniques by tactic. A table, so it is its own twin. */
export function TechniqueMatrix({ label, caption, techniques, detailOf, className }: TechniqueMatrixProps) {
  const tactics = ORDER.filter((tactic) => techniques.some((one) => one.tactics.includes(tactic)));
  if (tactics.length === 0) return null;
  return (
    <Scrollable label={label} className={cx('my-4 rounded-lg border border-line', className)}>
      <table className="border-separate border-spacing-1 text-left text-xs">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {tactics.map((tactic) => (
              <th
                key={tactic}
                scope="col"
                className="whitespace-nowrap border-b-2 px-1.5 py-1 font-medium"
                style={{ borderColor: tacticLook(tactic).color }}
              >
                {tacticLook(tactic).label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="align-top">
            {tactics.map((tactic) => (
              <td key={tactic} className="min-w-36 p-0">
                <ul className="flex flex-col gap-1">
                  {techniques
                    .filter((one) => one.tactics.includes(tactic))
                    .map((one) => (
                      <li key={one.id} className="rounded border border-line bg-sunken px-1.5 py-1">
                        <span className="font-mono text-ink-3">{one.id}</span> {one.name}
                        {detailOf(one)}
                      </li>
                    ))}
                </ul>
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </Scrollable>
  );
}

function Citations({ numbers, onEvidence }: { numbers: number[]; onEvidence: (number: number) => void }) {
  if (numbers.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-1">
      {numbers.slice(0, 6).map((number) => (
        <button
          key={number}
          type="button"
          aria-label={`Show evidence E${number}`}
          className="min-h-6 min-w-6 rounded px-1 font-mono text-accent hover:bg-hover"
          onClick={() => onEvidence(number)}
        >
          E{number}
        </button>
      ))}
    </span>
  );
}
