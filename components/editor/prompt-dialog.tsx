'use client';
import { useEffect, useState } from 'react';
import { formatBytes } from '@/components/case/format';
import { api, wordsOf } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import type { PromptDetail, PromptItem } from '@/lib/agent/prompts';
import { formatUtc } from '@/lib/time/time';

/** What the model was sent, word for word. Text only: nothing of it is rendered. */
export function PromptDialog({ runId }: { runId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Prompt sent"
      description="Each request to the model as it went out; only the cache’s marks are left out. Text of logs, alerts and tools stands between marked lines."
      size="lg"
      trigger={
        <Button size="sm" variant="quiet">
          Prompt sent
        </Button>
      }
    >
      {open && <Prompts runId={runId} />}
    </Dialog>
  );
}

function Prompts({ runId }: { runId: string }) {
  const [items, setItems] = useState<PromptItem[] | null>(null);
  const [number, setNumber] = useState<number | null>(null);
  const [prompt, setPrompt] = useState<PromptDetail | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    api
      .get('/api/runs/{id}/prompts', { params: { id: runId } })
      .then(({ items: found }) => {
        setItems(found);
        setNumber(found.at(-1)?.number ?? null);
      })
      .catch((error) => setProblem(wordsOf(error)));
  }, [runId]);
  useEffect(() => {
    if (number === null) return;
    const leaving = new AbortController();
    api
      .get('/api/runs/{id}/prompts/{number}', { params: { id: runId, number }, signal: leaving.signal })
      .then(setPrompt)
      .catch((error) => !leaving.signal.aborted && setProblem(wordsOf(error)));
    return () => leaving.abort();
  }, [runId, number]);

  if (problem) return <Problem>{problem}</Problem>;
  if (items?.length === 0)
    return (
      <p className="text-ink-2 text-sm">
        No request has gone out in this run. The built-in analyst is a program and is sent none.
      </p>
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
          onChange={(value) => setNumber(Number(value))}
          options={items.map((item) => ({ value: String(item.number), label: `${item.number} of ${items.length}` }))}
        />
        <span className="text-ink-3">
          answer {prompt.turn} · {formatUtc(prompt.at)} · {formatBytes(prompt.bytes)}
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

/** Texts of blocks as they read; whatever else a block is, as JSON. */
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
