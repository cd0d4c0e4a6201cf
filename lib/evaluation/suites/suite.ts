import fs from 'node:fs';
import path from 'node:path';
import type { Classification } from '../../report/schema';
import type { AlertDocument, PlantedEvent, Story } from '../../scenarios/event';
import type { World } from '../../scenarios/generate';
import { randomFrom } from '../../scenarios/random';
import { writeLogs } from '../../scenarios/write-logs';
import type { Moment } from '../schema';

/** One case to investigate, with what is true about it. */
export type EvaluationCase = {
  id: string;
  kind: string;
  truth: Classification;
  accept: Classification[];
  alerts: AlertDocument[];
  /** Puts the case's logs below a folder. null: the installation's own logs are searched. */
  writeLogs: ((folder: string) => void) | null;
  moments: Moment[];
  keyFacts: string[];
  /** Approved cases that are known when this one is opened. */
  library?: KnownCase[];
};

/** An approved case of the team, as an earlier decision. */
export type KnownCase = {
  codename: string;
  title: string;
  path: string;
  markdown: string;
  digest: string;
  openedAt: string;
  approvedAt: string;
};

/** Lazily, since the logs of hundreds of cases would not fit in memory. */
export type PlannedCase = { id: string; load(): EvaluationCase };

export type SuiteInput = { seed: string; limit: number | null };

/** So many of the cases, drawn by the seed, in the suite's order. */
export function drawn<T>(cases: T[], { seed, limit }: SuiteInput): T[] {
  if (limit === null || limit >= cases.length) return cases;
  const chosen = new Set(randomFrom(`${seed}/drawn`).sample(cases, limit));
  return cases.filter((item) => chosen.has(item));
}

/** A case made of a generated world with one story. */
export function caseOfWorld(id: string, world: World, story: Story): EvaluationCase {
  return {
    id,
    kind: story.kind,
    truth: story.verdict,
    accept: [story.verdict],
    // The first alert is what an analyst opens; the others are in the queue beside it.
    alerts: story.alerts.slice(0, 1),
    writeLogs: (folder) => {
      for (const { name, text } of writeLogs(world.organization, world.events)) writeFile(folder, name, text);
    },
    moments: story.verdict === 'MALICIOUS' ? momentsOf(story.events) : [],
    keyFacts: story.keyFacts,
  };
}

export function writeFile(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

const LOOKS = /^(Get(?!Object|SecretValue|PasswordData)|List|Describe|Head|Lookup)/;

/** The consequential acts among records: bursts of one actor and action are one; looking around counts nothing. */
export function momentsOf(events: PlantedEvent[]): Moment[] {
  const bursts = new Map<string, Moment>();
  for (const { source, at, actor, action, part } of events) {
    // The bucket's own log has the same reads again.
    if (part !== 'attack' || source === 's3_access' || LOOKS.test(action)) continue;
    const key = `${actor}\n${action}`;
    const known = bursts.get(key);
    bursts.set(key, { from: Math.min(known?.from ?? at, at), to: Math.max(known?.to ?? at, at), actor, action });
  }
  return [...bursts.values()];
}
