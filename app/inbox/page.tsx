import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { InboxList } from '@/components/inbox/inbox-list';
import { readInbox } from '@/lib/inbox/read-inbox';
import { listOwnTasks } from '@/lib/tasks/list-tasks';

export const metadata: Metadata = { title: 'Inbox' };

export default async function InboxPage() {
  const actor = await requireActor();
  const [inbox, tasks] = await Promise.all([readInbox(actor), listOwnTasks(actor)]);
  return <InboxList inbox={inbox} tasks={tasks} />;
}
