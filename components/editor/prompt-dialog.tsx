'use client';
import { useState } from 'react';
import { formatBytes } from '@/components/case/format';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import { formatUtc } from '@/lib/time/time';

/** The requests to the model, verbatim. Text only: none of it is rendered. */
export function PromptDialog({ runId }: { runId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Prompt sent"
      description="Each request as it was sent to the model, without cache markers. Text from logs, alerts and tools is between marked lines."
      size="lg"
      trigger={
        <Button size="sm" variant="quiet">
          Show prompt
        </Button>
      }
    >
      {open && <Prompts runId={runId} />}
    </Dialog>
  );
}

function Prompts({ runId }: { runId: string }) {
  const list = useApi('/api/runs/{id}/prompts', { params: { id: runId } });
  const items = list.data?.items;
  const [picked, setPicked] = useState<number | null>(null);
  const number = picked ?? items?.at(-1)?.number ?? null;
  const one = useApi(
    '/api/runs/{id}/prompts/{number}',
    { params: { id: runId, number: number ?? 0 } },
    { when: number !== null },
  );
  const prompt = one.data;
  const problem = list.error ?? one.error;

  if (problem) return <Problem>{errorMessage(problem)}</Problem>;
  if (items?.length === 0)
    return (
      <p className="text-ink-2 text-sm">This run sent no request to a model. The built-in analyst works without one.</p>
    );
  if (!items || !prompt) return <Spinner />;
  return (
    <div className="space-y-2 text-xs">
      <div className="flex flex-wrap items-center gap-3">
        <Select
          size="sm"
          label="Request"
          showLabel
          value={String(number)}
          onChange={(value) => setPicked(Number(value))}
          options={items.map((item) => ({ value: String(item.number), label: `${item.number} of ${items.length}` }))}
        />
        <span className="text-ink-3">
          turn {prompt.turn} · {formatUtc(prompt.at)} · {formatBytes(prompt.bytes)}
        </span>
      </div>
      <Part name="Parameters" text={JSON.stringify(prompt.parameters, null, 1)} />
      <Part name="System" text={textOf(prompt.system)} />
      <Part name="Tools" text={JSON.stringify(prompt.tools, null, 1)} />
      {prompt.messages.map((message, index) => {
        const { role, content } = message as { role?: unknown; content?: unknown }; // as the adapter sent it
        return <Part key={index} name={`Message ${index + 1}, ${String(role)}`} text={textOf(content)} />;
      })}
    </div>
  );
}

function Part({ name, text }: { name: string; text: string }) {
  return (
    <details className="rounded border border-line">
      <summary className="cursor-pointer px-2 py-1.5 font-medium">
        {name} <span className="font-normal text-ink-3">{text.length.toLocaleString('en-US')} characters</span>
      </summary>
      <pre className="max-h-96 overflow-auto whitespace-pre-wrap border-line border-t bg-sunken p-2 font-mono leading-relaxed [overflow-wrap:anywhere]">
        {text}
      </pre>
    </details>
  );
}

/** Text of text blocks; other blocks as JSON. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return JSON.stringify(content, null, 1) ?? '';
  return content
    .map((block: Record<string, unknown>) => {
      if (block.type === 'text') return String(block.text);
      if (block.type === 'tool_result') return `[tool_result ${String(block.tool_use_id)}]\n${textOf(block.content)}`;
      if (block.type === 'thinking') return `[thinking]\n${String(block.thinking)}`;
      return JSON.stringify(block, null, 1);
    })
    .join('\n\n');
}
