import { loadDetections } from '../analyst/sigma/load-rules';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { loadKnownLists } from '../entities/known-lists';
import { AppError, notFound } from '../errors/app-error';
import { loadRunbooks } from '../runbooks/load-runbooks';
import { readStoreFile } from '../store/read-store-file';
import { checkFile } from './check-file';
import { currentText, hashOf, kindOf, listFiles, shippedFile } from './files';
import {
  MethodChange,
  type MethodChangeItem,
  type MethodFile,
  type MethodKind,
  type MethodOverview,
  MethodStatus,
} from './schema';

const MAX_CHANGES = 100;
const PEOPLE = {
  author: { select: { id: true, name: true } },
  decidedBy: { select: { id: true, name: true } },
} as const;

/** The files of the method, changes of them, and what of them can't be used. */
export async function readMethod(actor: Actor): Promise<MethodOverview> {
  authorize(actor, 'method.read');
  const [files, open, done, detections, known, runbooks] = await Promise.all([
    listFiles(),
    db().methodChange.findMany({
      where: { status: 'open' },
      include: PEOPLE,
      orderBy: { createdAt: 'desc' },
      take: MAX_CHANGES,
    }),
    db().methodChange.findMany({
      where: { status: { not: 'open' } },
      include: PEOPLE,
      orderBy: { createdAt: 'desc' },
      take: MAX_CHANGES,
    }),
    loadDetections(),
    loadKnownLists(),
    loadRunbooks(),
  ]);
  return {
    files,
    changes: [...open, ...done].map(toItem),
    problems: [detections, known, runbooks].flatMap(({ problems }) => problems),
  };
}

/** One file as it holds now, with its open changes and the texts it had. @throws AppError not_found */
export async function readMethodFile(actor: Actor, path: string): Promise<MethodFile> {
  authorize(actor, 'method.read');
  const kind = kindOf(path);
  const [text, own, shipped, rows] = await Promise.all([
    currentText(path),
    readStoreFile(path),
    shippedFile(path),
    db().methodChange.findMany({ where: { path }, include: PEOPLE, orderBy: { createdAt: 'desc' }, take: MAX_CHANGES }),
  ]);
  if (text === null) throw notFound('file');
  const approved = rows
    .filter(({ status }) => status === 'approved')
    .sort((a, b) => Number(b.decidedAt) - Number(a.decidedAt));
  const before = approved.at(-1);
  return {
    path,
    kind,
    text,
    hash: hashOf(text),
    from: own === null ? ('socdown' as const) : ('store' as const),
    isOff: text.trim() === '',
    problems: await checkFile(path, text),
    history: [
      ...approved.map((row) => ({
        id: row.id,
        title: row.note,
        by: `${row.author.name}, reviewed by ${row.decidedBy?.name ?? 'a deleted user'}`,
        at: row.decidedAt?.toISOString() ?? null,
        commit: row.commitOid,
        text: row.text,
      })),
      // What the first change here was based on may be a commit that was pushed to the store.
      ...(before && before.baseText !== shipped && before.baseHash !== ''
        ? [
            {
              id: 'before',
              title: 'Before the first change here',
              by: 'the store',
              at: null,
              commit: null,
              text: before.baseText,
            },
          ]
        : []),
      ...(shipped === null
        ? []
        : [{ id: 'shipped', title: 'As it comes with Socdown', by: 'Socdown', at: null, commit: null, text: shipped }]),
    ],
    changes: rows.filter(({ status }) => status === 'open').map(toItem),
  };
}

/** One change with both texts. @throws AppError not_found */
export async function readChange(actor: Actor, id: string): Promise<MethodChange> {
  authorize(actor, 'method.read');
  const row = isUuid(id) ? await db().methodChange.findUnique({ where: { id }, include: PEOPLE }) : null;
  if (!row) throw notFound('change');
  const isOpen = row.status === 'open';
  return MethodChange.parse({
    ...toItem(row),
    before: row.baseText,
    text: row.text,
    hash: hashOf(row.text),
    isCurrent: !isOpen || hashOf(await currentText(row.path)) === row.baseHash,
    problems: isOpen ? await checkFile(row.path, row.text) : [],
  });
}

/** What is wrong with a text, before it is proposed. @throws AppError not_found for no path of the method */
export async function checkMethodText(actor: Actor, path: string, text: string): Promise<string[]> {
  authorize(actor, 'method.read');
  return checkFile(path, text);
}

type Person = { id: string; name: string };
type Row = {
  id: string;
  path: string;
  note: string;
  status: string;
  alertRule: string | null;
  createdAt: Date;
  decidedAt: Date | null;
  decisionNote: string | null;
  commitOid: string | null;
  author: Person;
  decidedBy: Person | null;
};

function toItem(row: Row): MethodChangeItem {
  const status = MethodStatus.safeParse(row.status);
  if (!status.success) throw new AppError('internal', 'A change has an unknown status.');
  return {
    id: row.id,
    path: row.path,
    kind: kindOf(row.path),
    note: row.note,
    status: status.data,
    author: row.author,
    alertRule: row.alertRule,
    decidedBy: row.decidedBy,
    decisionNote: row.decisionNote,
    commit: row.commitOid,
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}

/** What a new file of this path begins with. @throws AppError not_found for no path of the method */
export async function startText(actor: Actor, path: string): Promise<string> {
  authorize(actor, 'method.read');
  return START[kindOf(path)];
}

const START: Record<MethodKind, string> = {
  method: '',
  template: '',
  runbook: `---
title: What it is about
match:
  rules: [words of a rule or title]
  events: []
  techniques: []
---

## What it means

## Questions that decide

1. Who did it, and is that usual for them? \`who\` \`baseline\`

## What benign looks like

## What to do at once

## Who to ask
`,
  detection: `title: What it finds
id: own-name
status: experimental
tags: []
logsource:
  product: aws
detection:
  selection:
    eventName: NameOfAnEvent
  condition: selection
level: medium
socdown:
  tests:
    hits:
      - eventName: NameOfAnEvent
    misses:
      - eventName: AnotherEvent
`,
  known: `entries:
  - kind: ip
    value: 203.0.113.0/24
    trust: corporate-range
    note: Berlin office
`,
  command: `---
description: Words on the button
---

What is asked of the analyst.
`,
};
