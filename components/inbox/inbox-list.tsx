'use client';
import {
  AtSign,
  CircleCheck,
  CircleX,
  Eye,
  FileWarning,
  GitPullRequest,
  Hourglass,
  ListTodo,
  MessageSquare,
  Play,
  Inbox as Tray,
} from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { ListKeys } from '@/components/shell/list-keys';
import { LIST_ROW } from '@/components/shell/list-rows';
import { Page } from '@/components/shell/page';
import { useReload } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { Inbox, InboxItem, InboxKind } from '@/lib/inbox/schema';
import type { Task } from '@/lib/tasks/schema';
import { OwnTasks } from './own-tasks';

const LOOK: Record<InboxKind, { word: string; Icon: typeof Tray }> = {
  review_requested: { word: 'requested your review', Icon: GitPullRequest },
  changes_requested: { word: 'requested changes', Icon: FileWarning },
  approved: { word: 'approved', Icon: CircleCheck },
  mention: { word: 'mentioned you', Icon: AtSign },
  comment: { word: 'commented', Icon: MessageSquare },
  run_ended: { word: 'Run finished', Icon: Play },
  run_failed: { word: 'Run failed', Icon: CircleX },
  task_assigned: { word: 'gave you a task', Icon: ListTodo },
  watched: { word: 'A watched entity is in a new alert', Icon: Eye },
  approval_pending: { word: 'A tool call needs approval', Icon: Hourglass },
};

/** What waits for the reader, newest first. */
export function InboxList({ inbox: loaded, tasks }: { inbox: Inbox; tasks: Task[] }) {
  const [inbox, setInbox] = useState(loaded);
  const reload = useReload();
  const { busy, problem, send } = useRequest();
  const open = ({ id, unread }: InboxItem) => {
    if (!unread) return;
    setInbox(({ items, unread: count }) => ({
      items: items.map((item) => (item.id === id ? { ...item, unread: false } : item)),
      unread: count - 1,
    }));
    // Its page opens either way; what was not noted stays unread.
    void api.post('/api/notifications/read', { body: { ids: [id] } }).then(
      () => reload('/api/notifications', {}),
      () => undefined,
    );
  };
  const markRead = () =>
    send('send', async () => {
      await api.post('/api/notifications/read', { body: {} });
      setInbox({ items: inbox.items.map((item) => ({ ...item, unread: false })), unread: 0 });
      await reload('/api/notifications', {});
    });
  return (
    <Page
      title="Inbox"
      actions={
        inbox.unread > 0 && (
          <Button size="sm" busy={busy !== null} onClick={() => void markRead()}>
            Mark all as read
          </Button>
        )
      }
    >
      <ListKeys group="Inbox" />
      <Problem>{problem}</Problem>
      <OwnTasks tasks={tasks} />
      {inbox.items.length === 0 ? (
        <EmptyState
          icon={<Tray />}
          title="Nothing in your inbox"
          action={
            <Link href="/queue" className={buttonClass('primary')}>
              Open queue
            </Link>
          }
        >
          Review requests, decisions on your reports, comments, mentions, tasks, finished runs and alerts on entities
          you watch appear here for 30 days.
        </EmptyState>
      ) : (
        <ul aria-label="Inbox" className="divide-y divide-line">
          {inbox.items.map((item) => (
            <Row key={item.id} item={item} onOpen={() => open(item)} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function Row({ item, onOpen }: { item: InboxItem; onOpen: () => void }) {
  const { kind, by, title, text, at, href, unread } = item;
  const { word, Icon } = LOOK[kind];
  return (
    <li className="relative flex items-start gap-3 px-3 py-2.5 hover:bg-hover md:px-4">
      <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', unread ? 'text-accent' : 'text-ink-3')} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2 text-ink-2 text-xs">
          <span>
            {by && <span className="font-medium text-ink">{by.name} </span>}
            {word}
          </span>
          <Time value={at} className="text-ink-3" />
          {unread && <Badge tone="accent">unread</Badge>}
        </p>
        <Link
          {...LIST_ROW}
          href={href}
          onClick={onOpen}
          className={cx('line-clamp-2 [overflow-wrap:anywhere] after:absolute after:inset-0', unread && 'font-medium')}
        >
          <Unseen text={title} />
        </Link>
        {text && (
          <p className="line-clamp-2 text-ink-2 text-sm [overflow-wrap:anywhere]">
            <Unseen text={text} />
          </p>
        )}
      </div>
    </li>
  );
}
