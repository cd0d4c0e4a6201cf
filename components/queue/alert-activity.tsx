'use client';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { DISPOSITION, STATUS_LABEL, severityLabel } from '@/components/labels/alert-labels';
import { api, errorMessage } from '@/components/shell/api';
import { useKeptText } from '@/components/shell/kept-text';
import { MentionTextarea } from '@/components/shell/mention-textarea';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { AlertEvent, AlertStatus, Disposition, Severity } from '@/lib/alerts/schema';

/** The id of the box for a comment, for moving the focus. */
export const COMMENT_FIELD = 'alert-comment';

/** What happened to an alert, newest first, and a box for a comment. `version`: read again when it changes. */
export function AlertActivity({ alertId, version }: { alertId: string; version: string }) {
  const { data, error } = useApi('/api/alerts/{id}/activity', { params: { id: alertId } }, { version });
  const [added, setAdded] = useState<AlertEvent[] | null>(null);
  const [body, setBody] = useKeptText(`alert.comment.${alertId}`);
  const { busy, problem, at, send } = useRequest(/^body$/);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    void send('send', async () => {
      const { items } = await api.post('/api/alerts/{id}/comments', { params: { id: alertId }, body: { body } });
      setAdded(items);
      setBody('');
    });
  };
  const events = added && (!data || added.length > data.items.length) ? added : (data?.items ?? []);
  return (
    <div className="flex flex-col gap-3">
      <form className="flex flex-col gap-1.5" onSubmit={submit}>
        <Field label="Comment" id={COMMENT_FIELD} error={at('body')}>
          {(control) => (
            <MentionTextarea
              {...control}
              rows={2}
              maxLength={5000}
              value={body}
              onChange={setBody}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                event.stopPropagation(); // the page has Ctrl-Enter for itself
                submit();
              }}
            />
          )}
        </Field>
        <Problem>{problem}</Problem>
        <Button size="sm" type="submit" className="self-start" busy={busy !== null} disabled={body.trim() === ''}>
          Add comment
        </Button>
      </form>
      {error && <Problem>{errorMessage(error)}</Problem>}
      <ol aria-label="Activity" className="flex flex-col gap-2">
        {events.map((event) => (
          <li key={event.id} className="border-line border-l-2 pl-2.5 text-xs leading-5">
            <p className="text-ink-2">
              {event.by && <span className="font-medium text-ink">{event.by.name} </span>}
              <What event={event} /> <Time value={event.at} className="text-ink-3" />
            </p>
            {event.text && (
              <p className="whitespace-pre-wrap break-words text-ink">
                <Unseen text={event.text} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

const CASE_EVENT = {
  case_opened: 'opened the case ',
  case_attached: 'added it to the case ',
  case_merged: 'moved it, by merging two cases, to ',
};

function What({ event }: { event: AlertEvent }) {
  if (event.kind === 'changed') return sentence(event.changes);
  if (event.kind === 'comment') return 'commented';
  if (event.kind === 'received') return 'Received';
  if (event.kind === 'updated') return 'The source sent an update:';
  return (
    <>
      {CASE_EVENT[event.kind]}
      {event.case && (
        <Link href={`/investigations/${event.case.id}`} className="text-accent hover:underline">
          {event.case.codename}
        </Link>
      )}
    </>
  );
}

/** "closed it as benign", "assigned it to Ana, set severity to high". */
function sentence({ status, disposition, assignee, severity }: AlertEvent['changes']): string {
  const as = disposition ? ` as ${DISPOSITION[disposition as Disposition].label.toLowerCase()}` : '';
  const parts = [
    status === 'closed' ? `closed it${as}` : as && `set it${as}`,
    status && status !== 'closed' ? `set it to ${STATUS_LABEL[status as AlertStatus].toLowerCase()}` : '',
    assignee === undefined ? '' : assignee === null ? 'unassigned it' : `assigned it to ${assignee}`,
    severity ? `set severity to ${severityLabel(severity as Severity).toLowerCase()}` : '',
  ].filter(Boolean);
  return parts.join(', ') || 'changed the reason';
}
