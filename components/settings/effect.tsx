import Link from 'next/link';
import { DISPOSITION, SeverityTag } from '@/components/labels/alert-labels';
import { Problem } from '@/components/ui/problem';
import { Scrollable } from '@/components/ui/scrollable';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { plural } from '@/lib/text/phrases';
import type { Effect, EffectGroup, SilencedAlert } from '@/lib/tuning/schema';
import { Section } from './section';

const groupLabel = (group: EffectGroup): string => (group === 'open' ? 'Not closed yet' : DISPOSITION[group].label);

/** Which alerts of the last 90 days a changed detection no longer fires on, by how they ended. A true positive is a loud warning. */
export function EffectSection({ effect }: { effect: Effect }) {
  const { alerts, omitted, fired, silenced, groups, added, items, rules } = effect;
  const attacks = groups.find(({ group }) => group === 'true_positive')?.silenced ?? 0;
  const read = `${plural(alerts, 'alert')} of ${rules.join(', ')}${omitted > 0 ? `, the newest of ${(alerts + omitted).toLocaleString('en')}` : ''}`;
  return (
    <Section title="Effect on the last 90 days" lead={<Unseen text={`Tried on ${read}.`} />}>
      {attacks > 0 && (
        <Problem className="mb-3 font-semibold">
          This silences {plural(attacks, 'true positive')}. An attack like {attacks === 1 ? 'it' : 'these'} would no
          longer be detected.
        </Problem>
      )}
      {fired === 0 ? (
        <p className="text-ink-2 text-sm">
          The detection didn’t fire on any of them before the change, so there is nothing to compare.
        </p>
      ) : (
        <>
          <p className="mb-3 text-sm">
            {silenced === 0
              ? `The detection still fires on ${fired === 1 ? 'the one alert' : `all ${fired} alerts`} it fired on before.`
              : `${silenced} of ${plural(fired, 'alert')} would have been silenced.`}
            {added > 0 && ` It fires on ${plural(added, 'alert')} that it did not fire on before.`}
          </p>
          <Scrollable label="Effect by disposition" className="mb-4 rounded-md border border-line">
            <Table aria-label="Effect by disposition">
              <TableHead>
                <tr>
                  <HeaderCell>Closed as</HeaderCell>
                  <HeaderCell className="text-right">Fired before</HeaderCell>
                  <HeaderCell className="text-right">Silenced</HeaderCell>
                  <HeaderCell className="text-right">Still fire</HeaderCell>
                </tr>
              </TableHead>
              <tbody>
                {groups.map((one) => (
                  <TableRow key={one.group}>
                    <Cell>{groupLabel(one.group)}</Cell>
                    <Cell className="text-right tabular-nums">{one.fired}</Cell>
                    <Cell className="text-right tabular-nums">{one.silenced}</Cell>
                    <Cell className="text-right tabular-nums">{one.fired - one.silenced}</Cell>
                  </TableRow>
                ))}
              </tbody>
            </Table>
          </Scrollable>
          <Silenced items={items} total={silenced} />
        </>
      )}
      <p className="mt-3 text-ink-3 text-xs">
        Socdown’s detections run over the logs of each investigation. Alerts that another tool sends stop only when its
        own rule gets the same exclusion.
      </p>
    </Section>
  );
}

function Silenced({ items, total }: { items: SilencedAlert[]; total: number }) {
  if (items.length === 0) return null;
  return (
    <details className="rounded-md border border-line" open={items[0]?.group === 'true_positive'}>
      <summary className="min-h-[24px] cursor-pointer px-3 py-1.5 text-sm">
        Silenced alerts{items.length < total && `, ${items.length} of ${total}`}
      </summary>
      <ul aria-label="Silenced alerts" className="max-h-80 divide-y divide-line overflow-y-auto border-line border-t">
        {items.map(({ id, title, severity, group, receivedAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5 text-sm">
            <SeverityTag severity={severity} />
            <Link
              href={`/queue?${new URLSearchParams({ alert: id, status: 'new,open,closed', q: title.slice(0, 200) })}`}
              prefetch={false}
              className="min-w-0 flex-1 basis-60 text-accent [overflow-wrap:anywhere] hover:underline"
            >
              <Unseen text={title} />
            </Link>
            <span className="text-ink-2 text-xs">
              {groupLabel(group)} · <Time value={receivedAt} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
