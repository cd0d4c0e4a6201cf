'use client';
import { useState } from 'react';
import { TaskItem } from '@/components/case/task-item';
import type { Task } from '@/lib/tasks/schema';

/** The reader's open tasks. A task that they end stays visible, so that they can reopen it. */
export function OwnTasks({ tasks: loaded }: { tasks: Task[] }) {
  const [tasks, setTasks] = useState(loaded);
  if (tasks.length === 0) return null;
  return (
    <section className="border-line border-b px-3 py-3 md:px-4">
      <h2 className="font-semibold text-sm">
        Your tasks{' '}
        <span className="font-normal text-ink-3 text-xs">
          {tasks.filter(({ state }) => state === 'open').length} open
        </span>
      </h2>
      <ul aria-label="Your tasks" className="divide-y divide-line">
        {tasks.map((task) => (
          <TaskItem
            key={task.id}
            task={task}
            withCase
            onChanged={(next) => setTasks(tasks.map((one) => (one.id === next.id ? next : one)))}
          />
        ))}
      </ul>
    </section>
  );
}
