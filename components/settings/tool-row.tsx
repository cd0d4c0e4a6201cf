'use client';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Select } from '@/components/ui/select';
import { Unseen } from '@/components/ui/unseen';
import type { DecideTools, ToolClass, ToolDefinition, ToolView } from '@/lib/connections/schema';
import { definitionLines, descriptionSummary } from '@/lib/connections/shown-definition';

const CLASSES: { value: ToolClass; label: string }[] = [
  { value: 'refused', label: 'refused: never runs' },
  { value: 'read', label: 'read: runs immediately' },
  { value: 'egress', label: 'egress: needs approval' },
  { value: 'write', label: 'write: needs a reviewer’s approval' },
];
const STATE: Record<ToolView['state'], { word: string; tone: 'neutral' | 'high' | 'bad' } | null> = {
  ok: null,
  new: { word: 'new', tone: 'high' },
  changed: { word: 'changed: disabled', tone: 'bad' },
  gone: { word: 'no longer listed', tone: 'neutral' },
};

/** A tool, its class, and what its server says of it; of a changed one, what was confirmed beside what is there now. */
export function ToolRow({
  tool,
  canManage,
  onDecide,
}: {
  tool: ToolView;
  canManage: boolean;
  onDecide: (decision: DecideTools['tools'][number]) => Promise<boolean>;
}) {
  const [busy, setBusy] = useState(false);
  const { hash } = tool;
  const decide = async (toolClass: ToolClass, offered?: boolean) => {
    if (hash === null) return;
    setBusy(true);
    await onDecide({ name: tool.name, class: toolClass, hash, ...(offered === undefined ? {} : { offered }) });
    setBusy(false);
  };
  return (
    <li className="py-2 text-sm" data-tool={tool.name}>
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1 basis-40 font-medium font-mono text-xs [overflow-wrap:anywhere]">
          <Unseen text={tool.name} />
        </span>
        <ToolTags tool={tool} />
        {canManage && hash !== null && tool.problem === null ? (
          <ToolControls tool={tool} busy={busy} onDecide={decide} />
        ) : (
          <Badge>{tool.class}</Badge>
        )}
      </div>
      {tool.problem && <p className="mt-1 text-bad text-xs">{tool.problem}</p>}
      {tool.state === 'changed' ? (
        <div className="mt-2 grid gap-2 md:grid-cols-2">
          <Definition title="Confirmed" definition={tool.pinned} />
          <Definition title="Now" definition={tool.seen} other={tool.pinned} />
        </div>
      ) : (
        <details className="mt-1 text-xs">
          <summary className="cursor-pointer text-ink-2 [overflow-wrap:anywhere]">
            <Unseen text={descriptionSummary((tool.seen ?? tool.pinned)?.description ?? '')} />
          </summary>
          <Definition definition={tool.seen ?? tool.pinned} />
        </details>
      )}
    </li>
  );
}

/** What is to be known of it beside its class. */
function ToolTags({ tool }: { tool: ToolView }) {
  const state = STATE[tool.state];
  return (
    <>
      {state && <Badge tone={state.tone}>{state.word}</Badge>}
      {tool.state === 'ok' && tool.class !== 'refused' && (
        <Badge tone={tool.offered ? 'good' : 'neutral'}>{tool.offered ? 'offered' : 'not offered'}</Badge>
      )}
      {tool.suggested && tool.state === 'ok' && tool.suggested !== tool.class && (
        <Badge tone="high">reviewed as {tool.suggested}</Badge>
      )}
      {tool.suggested && tool.state === 'new' && <Badge tone="accent">suggested: {tool.suggested}</Badge>}
    </>
  );
}

type ToolControlsProps = {
  tool: ToolView;
  busy: boolean;
  onDecide: (toolClass: ToolClass, offered?: boolean) => void;
};

function ToolControls({ tool, busy, onDecide }: ToolControlsProps) {
  return (
    <>
      {tool.state === 'changed' && (
        <Button size="sm" busy={busy} onClick={() => onDecide(tool.class)}>
          Confirm as {tool.class}
        </Button>
      )}
      {tool.class !== 'refused' && tool.state === 'ok' && (
        <Checkbox
          label={`Offer ${tool.name} to models`}
          checked={tool.offered}
          onChange={(offered) => onDecide(tool.class, offered)}
          disabled={busy}
        />
      )}
      <Select
        size="sm"
        label={`Class of ${tool.name}`}
        options={CLASSES}
        value={tool.class}
        onChange={(next) => onDecide(next)}
        disabled={busy}
        className="w-60"
      />
    </>
  );
}

/** The whole definition, line by line; lines that `other` doesn't have stand out. */
function Definition({
  title,
  definition,
  other,
}: {
  title?: string;
  definition: ToolDefinition | null;
  other?: ToolDefinition | null;
}) {
  const known = other ? new Set(definitionLines(other)) : null;
  return (
    <div className="min-w-0">
      {title && <h3 className="mb-1 text-ink-2 text-xs">{title}</h3>}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reached by keyboard
        tabIndex={0}
        className="mt-1 overflow-auto whitespace-pre-wrap rounded border border-line bg-sunken p-2 font-mono text-2xs text-ink-2 [overflow-wrap:anywhere]"
      >
        {definitionLines(definition).map((line, index) => (
          <span key={index} className={known && !known.has(line) ? 'block bg-added-strong text-ink' : 'block'}>
            <Unseen text={line} />
          </span>
        ))}
      </pre>
    </div>
  );
}
