'use client';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { DialogFooter } from '@/components/ui/dialog-footer';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';

const EXAMPLE = `{"mcpServers": {"github": {
  "url": "https://api.githubcopilot.com/mcp/readonly",
  "headers": {"Authorization": "Bearer \${GITHUB_TOKEN}"}}}}`;

/** Adds all servers of a file in the form of .mcp.json, or none. */
export function ImportConnections() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const picker = useRef<HTMLInputElement>(null);
  const { busy, problem, send, clear } = useRequest();
  const add = () =>
    send('send', async () => {
      const { items } = await api.post('/api/connections/import', { body: { file: text } });
      toast({ kind: 'good', title: `Added ${items.map(({ name }) => name).join(', ')}. Test each to list its tools.` });
      setOpen(false);
      router.refresh();
    });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        clear();
        if (next) setText('');
      }}
      title="Import connections"
      description="From a file in the form of .mcp.json. Either all of its servers are added, or none."
      trigger={<Button>Import a file</Button>}
      footer={
        <DialogFooter>
          <Button variant="primary" busy={busy !== null} disabled={text.trim() === ''} onClick={add}>
            Import
          </Button>
        </DialogFooter>
      }
    >
      <div className="flex flex-col gap-3">
        <div>
          <input
            ref={picker}
            type="file"
            accept=".json,application/json"
            className="hidden"
            aria-label="File"
            onChange={async (event) => setText((await event.target.files?.[0]?.text()) ?? '')}
          />
          <Button size="sm" onClick={() => picker.current?.click()}>
            Choose a file
          </Button>
        </div>
        <Field
          label="Content"
          hint="A value like ${GITHUB_TOKEN} refers to a variable of Socdown’s own environment and stays a reference."
        >
          {(control) => (
            <Textarea
              {...control}
              rows={9}
              className="font-mono text-xs"
              placeholder={EXAMPLE}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Problem>{problem}</Problem>
      </div>
    </Dialog>
  );
}
