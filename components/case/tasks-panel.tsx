'use client';
import { ListTodo, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useApi, useReload } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { CaseTasks, Task } from '@/lib/tasks/schema';
import { TaskItem } from './task-item';

type TasksPanelProps = {
  investigationId: string;
  /** Of the draft: recommendations are read again when it changes. */
  version?: number;
  /** Tasks can be read and ended, but none created. */
  readOnly?: boolean;
};

/** A case's tasks with their owners and states, and the recommendations of its report that can become one. */
export function TasksPanel({ investigationId, version = 0, readOnly = false }: TasksPanelProps) {
  const request = { params: { id: investigationId } };
  const { data, error } = useApi('/api/investigations/{id}/tasks', request, { version });
  const [changed, setChanged] = useState<{ at: number; tasks: CaseTasks } | null>(null);
  const reload = useReload();
  const { busy, problem, send } = useRequest<string>();
  // What an act answered, until the report changes.
  const shown = changed && changed.at === version ? changed.tasks : data;
  if (error && !shown) return <p className="p-3 text-bad text-sm">{errorMessage(error)}</p>;
  if (!shown) return <Spinner />;
  const { items, recommendations } = shown;
  const create = (name: string, tasks: CaseTasks['recommendations']) =>
    send(name, async () => {
      const answer = await api.post('/api/investigations/{id}/tasks', { ...request, body: { tasks } });
      setChanged({ at: version, tasks: answer });
      announce(
        tasks.length === 1 ? 'Task created and assigned to you.' : `${tasks.length} tasks created and assigned to you.`,
      );
      await reload('/api/tasks', {});
    });
  const replace = (task: Task) =>
    setChanged({
      at: version,
      tasks: { items: items.map((one) => (one.id === task.id ? task : one)), recommendations },
    });
  const open = items.filter(({ state }) => state === 'open').length;
  return (
    <div className="flex flex-col gap-4 p-3 text-sm">
      <Problem>{problem}</Problem>
      {items.length === 0 && recommendations.length === 0 && (
        <EmptyState icon={<ListTodo />} title="No tasks">
          Add items under Recommendations in the report. They appear here, and one click makes each a task.
        </EmptyState>
      )}
      {items.length > 0 && (
        <section>
          <h2 className="mb-1 font-semibold">
            Tasks <span className="font-normal text-ink-3 text-xs">{open} open</span>
          </h2>
          <ul aria-label="Tasks" className="divide-y divide-line">
            {items.map((task) => (
              <TaskItem key={task.id} task={task} onChanged={replace} />
            ))}
          </ul>
        </section>
      )}
      {recommendations.length > 0 && !readOnly && (
        <Recommendations items={recommendations} busy={busy} onCreate={create} />
      )}
    </div>
  );
}

type RecommendationsProps = {
  items: CaseTasks['recommendations'];
  /** The name of what is being created. */
  busy: string | null;
  onCreate: (name: string, tasks: CaseTasks['recommendations']) => Promise<unknown>;
};

function Recommendations({ items, busy, onCreate }: RecommendationsProps) {
  return (
    <section>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">Recommendations</h2>
        {items.length > 1 && (
          <Button size="sm" busy={busy === 'all'} onClick={() => void onCreate('all', items)}>
            Add all {items.length} as tasks
          </Button>
        )}
      </div>
      <ul aria-label="Recommendations" className="divide-y divide-line">
        {items.map(({ text, heading }) => (
          <li key={text} className="flex items-start gap-2 py-2">
            <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              <Unseen text={text} />
              {heading && <span className="block text-ink-3 text-xs">{heading}</span>}
            </p>
            <Button
              size="sm"
              busy={busy === text}
              aria-label={`Make a task: ${text.slice(0, 80)}`}
              onClick={() => void onCreate(text, [{ text, heading }])}
            >
              <Plus aria-hidden className="size-3.5" /> Task
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
