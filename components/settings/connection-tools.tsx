'use client';
import { Wrench } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/field';
import type { ConnectionDetail, DecideTools, ToolClass, ToolView } from '@/lib/connections/schema';
import { Section } from './section';
import { ToolRow } from './tool-row';

/** Longer lists get a search field. */
const FEW = 12;

/** The tools of a connection: what each may do, and which of them models get. */
export function ConnectionTools({
  detail,
  canManage,
  busy,
  onDecide,
}: {
  detail: ConnectionDetail;
  canManage: boolean;
  busy: boolean;
  onDecide: (tools: DecideTools['tools']) => Promise<boolean>;
}) {
  const [query, setQuery] = useState('');
  const { toolList, system } = detail;
  const suggestions = toolList.filter(isSuggestion);
  const shown = [...toolList]
    .sort((a, b) => rankOf(a) - rankOf(b))
    .filter(({ name, class: toolClass }) => `${name} ${toolClass}`.includes(query.trim().toLowerCase()));
  return (
    <Section
      title="Tools"
      lead={
        system
          ? `Classes come from our reviewed table for ${system.title}. Models get the offered tools only. A tool that isn’t in the table stays refused until you set its class.`
          : 'A class applies to the tool definition shown here. If the server changes the definition, the tool is disabled until it is confirmed again.'
      }
      action={
        canManage &&
        suggestions.length > 0 && (
          <Button
            busy={busy}
            onClick={() => onDecide(suggestions.map(({ name, suggested, hash }) => ({ name, class: suggested, hash })))}
          >
            Apply {suggestions.length} suggested classes
          </Button>
        )
      }
    >
      {toolList.length === 0 ? (
        <EmptyState icon={<Wrench />} title="No tools yet">
          {canManage
            ? 'Test the connection to list its tools. They are refused until you set a class.'
            : 'An admin must test the connection first.'}
        </EmptyState>
      ) : (
        <>
          {toolList.length > FEW && (
            <Input
              type="search"
              aria-label="Search tools"
              placeholder={`Search ${toolList.length} tools by name or class`}
              className="mb-2 max-w-sm"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          )}
          {shown.length === 0 && <p className="text-ink-2 text-sm">No tool matches.</p>}
          <ul className="divide-y divide-line border-line border-y empty:hidden">
            {shown.map((tool) => (
              <ToolRow key={tool.name} tool={tool} canManage={canManage} onDecide={(one) => onDecide([one])} />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

/** What waits for a decision first, then what models get. */
function rankOf({ state, offered, class: toolClass }: ToolView): number {
  if (state === 'new' || state === 'changed') return 0;
  return offered && toolClass !== 'refused' && state === 'ok' ? 1 : 2;
}

type Suggestion = ToolView & { suggested: ToolClass; hash: string };

/** Only what nobody has decided on: a suggestion never overrides an admin. */
function isSuggestion(tool: ToolView): tool is Suggestion {
  return tool.state === 'new' && tool.suggested !== null && tool.hash !== null && tool.problem === null;
}
