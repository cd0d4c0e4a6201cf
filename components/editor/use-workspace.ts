'use client';
import { useRouter } from 'next/navigation';
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { useChecks } from '@/components/case/use-checks';
import { toast } from '@/components/ui/toaster';
import type { Quote } from '@/lib/agent/events';
import type { DraftView } from '@/lib/drafts/schema';
import { useCheckMarks } from './checks-panel';
import type { Start } from './coach-box';
import { selectedQuote } from './selected-quote';
import { useCase } from './use-case';
import type { CaseData } from './use-case-data';
import { useDraft } from './use-draft';
import { useEditorKeys } from './use-editor-keys';
import { useLayout } from './use-layout';
import { useScrollSync } from './use-scroll-sync';
import { useSourceView } from './use-source-view';

/** `n` grows, so that the same value can be given again. */
type Numbered<T> = T & { n: number };
const next = <T extends object>(value: T, before: { n: number } | null): Numbered<T> => ({
  ...value,
  n: (before?.n ?? 0) + 1,
});

/** Everything that the editor's page holds: the draft, the case around it, what is shown, and the acts that join them. */
export function useWorkspace(id: string, first: DraftView, initial: CaseData) {
  const router = useRouter();
  const layout = useLayout();
  const handle = useDraft(id, first);
  const work = useCase(
    id,
    initial,
    handle,
    useCallback(() => router.refresh(), [router]),
  );
  const [submitting, setSubmitting] = useState(false);
  const [target, setTarget] = useState<Numbered<{ number: number }> | null>(null);
  const texts = useTexts(first, handle, work, layout.wide && layout.mode === 'split', () => setSubmitting(true));
  const { source } = texts;
  const checks = useChecks(id, { version: handle.draft.version });
  useCheckMarks(checks, handle, source.view, texts.ready);

  const { open, showSource } = layout;
  const cite = useCallback(
    (number: number) => {
      open('evidence');
      setTarget((before) => next({ number }, before));
    },
    [open],
  );
  const goTo = useCallback(
    (line: number) => {
      showSource();
      source.jump(line);
    },
    [showSource, source.jump],
  );
  const question = useQuestion(texts, open);
  const write = () => {
    showSource();
    requestAnimationFrame(() => source.view()?.focus());
  };
  useEditorKeys({
    save: handle.flush,
    submit: () => setSubmitting(true),
    turnMode: layout.turnMode,
    ask: question.ask,
    open,
    write,
  });
  return {
    id,
    layout,
    handle,
    work,
    texts,
    checks,
    ...useStart(work.start),
    ...question,
    cite,
    goTo,
    submitting,
    setSubmitting,
    target,
    /** Numbers of the evidence that can be cited. */
    evidence: useMemo(() => new Set(work.evidence.map(({ number }) => number)), [work.evidence]),
  };
}

export type WorkspaceState = ReturnType<typeof useWorkspace>;

/** How the next run is started: by which model, and whether it may open sub-investigations. */
function useStart(startRun: ReturnType<typeof useCase>['start']) {
  const [model, setModel] = useState<string | null>(null);
  const [parallel, setParallel] = useState(false);
  const start: Start = async (body = {}) => {
    const isStarted = await startRun({ ...body, ...(model ? { model } : {}), ...(parallel ? { parallel } : {}) });
    if (isStarted) setParallel(false);
    return isStarted;
  };
  return { start, model, setModel, parallel, setParallel };
}

/** What is asked next: about a selected passage, or in words that something on the page suggests. */
function useQuestion(
  { source, rendered, shown }: ReturnType<typeof useTexts>,
  open: ReturnType<typeof useLayout>['open'],
) {
  const [quote, setQuote] = useState<Numbered<Quote> | null>(null);
  const [suggestion, setSuggestion] = useState<Numbered<{ text: string }> | null>(null);
  const ask = async () => {
    const found = await selectedQuote(source.view(), rendered.current, shown);
    if (!found) {
      toast({ title: 'Select text in the report first', description: 'Then ask about it.' });
      return;
    }
    setQuote((before) => next(found, before));
    open('run');
  };
  const suggest = (text: string) => {
    setSuggestion((before) => next({ text }, before));
    open('run');
  };
  return { quote, setQuote, suggestion, ask, suggest };
}

/** The source and the preview of the draft, kept at the same place; with what a live run is writing. */
function useTexts(
  first: DraftView,
  { text, draft, save, external, edit, flush }: ReturnType<typeof useDraft>,
  { liveRun, textOver }: ReturnType<typeof useCase>,
  sideBySide: boolean,
  onSubmit: () => void,
) {
  const scroller = useRef<HTMLDivElement>(null);
  const rendered = useRef<HTMLDivElement>(null);
  const sourceHost = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const writing = liveRun !== null && !draft.humanTouched && save.kind === 'saved';
  const shown = writing ? textOver(text) : text;
  const handlers = { onEdit: edit, onScroll: () => sync.onSourceScroll(), onSave: flush, onSubmit };
  const source = useSourceView(first.markdown, external, handlers, () => setReady(true));
  const sync = useScrollSync(source.view, scroller, rendered, sideBySide && !writing);
  return {
    source,
    sourceHost,
    scroller,
    rendered,
    ready,
    writing,
    shown,
    onPreviewScroll: sync.onPreviewScroll,
    preview: useDeferredValue(shown),
    /** Where a selection can be asked about. */
    askable: useMemo(() => [sourceHost, rendered], []),
  };
}
