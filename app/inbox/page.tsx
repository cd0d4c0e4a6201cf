import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { InboxList } from '@/components/inbox/inbox-list';
import { readInbox } from '@/lib/inbox/read-inbox';

export const metadata: Metadata = { title: 'Inbox' };

export default async function InboxPage() {
  return <InboxList inbox={await readInbox(await requireActor())} />;
}
