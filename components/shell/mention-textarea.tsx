'use client';
import { type ComponentProps, type KeyboardEvent, useId, useRef, useState } from 'react';
import { cx } from '@/components/ui/class-names';
import { Textarea } from '@/components/ui/field';
import { announce } from './live-region';
import { mentionAt, namesFor } from './mention';
import { useApi } from './use-api';

type MentionTextareaProps = Omit<ComponentProps<typeof Textarea>, 'value' | 'onChange'> & {
  value: string;
  onChange: (value: string) => void;
};

/** A text box that completes @names: arrows choose, Enter or Tab takes, Escape closes. Who is named finds it in the inbox. */
export function MentionTextarea({ value, onChange, onKeyDown, ...rest }: MentionTextareaProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [mention, setMention] = useState<{ at: number; typed: string } | null>(null);
  const [active, setActive] = useState(0);
  const { data } = useApi('/api/users', {}, { when: mention !== null });
  const names = mention
    ? namesFor(
        (data?.items ?? []).filter(({ disabled }) => !disabled),
        mention.typed,
      )
    : [];
  const chosen = names[Math.min(active, names.length - 1)];

  const look = (text: string, caret: number) => {
    const found = mentionAt(text, caret);
    if (found && mention === null) announce('Names: choose with the arrow keys, insert with Enter.');
    setMention(found);
    setActive(0);
  };
  const take = (name: string) => {
    if (!mention) return;
    const end = mention.at + 1 + mention.typed.length;
    const caret = mention.at + name.length + 2;
    onChange(`${value.slice(0, mention.at)}@${name} ${value.slice(end).replace(/^ /, '')}`);
    setMention(null);
    // After React has put the text in.
    setTimeout(() => {
      box.current?.focus();
      box.current?.setSelectionRange(caret, caret);
    });
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.nativeEvent.isComposing;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (!chosen || !plain) return onKeyDown?.(event);
    if (step !== 0) setActive((active + step + names.length) % names.length);
    else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) take(chosen.name);
    else if (event.key === 'Escape') setMention(null);
    else return onKeyDown?.(event);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <Textarea
        {...rest}
        ref={box}
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
          look(target.value, target.selectionStart);
        }}
        onKeyDown={keys}
        onBlur={() => setMention(null)}
        aria-autocomplete="list"
        {...(chosen ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${chosen.id}` } : {})}
      />
      {chosen && <NameList id={listId} names={names} chosen={chosen} onTake={take} />}
    </div>
  );
}

type NameListProps = {
  id: string;
  names: { id: string; name: string }[];
  chosen: { id: string };
  onTake: (name: string) => void;
};

function NameList({ id: listId, names, chosen, onTake }: NameListProps) {
  return (
    <div
      id={listId}
      role="listbox"
      aria-label="People"
      className="absolute inset-x-0 top-full z-20 mt-1 max-w-72 overflow-hidden rounded-md border border-line bg-raised p-1 shadow-float"
    >
      {names.map(({ id, name }) => (
        <div
          key={id}
          id={`${listId}-${id}`}
          role="option"
          tabIndex={-1}
          aria-selected={id === chosen.id}
          className={cx('min-h-6 cursor-pointer truncate rounded px-2 py-1 text-sm', id === chosen.id && 'bg-selected')}
          // Before the box loses its focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(name);
          }}
        >
          {name}
        </div>
      ))}
    </div>
  );
}
