import { readTrail, type TrailLine } from './audit-trail';
import { oneLine, trailersOf } from './commit-message';
import type { CommitObject } from './object-reader';

type Trail = {
  revision: string;
  /** As it is in this commit, and as it was at the approval before. */
  text: string | undefined;
  before: string | null;
  /** The commits of the revisions up to here. */
  published: Map<string, string>;
};

/** Four eyes: nobody approves what they wrote; the trail only grows, and it says the same as the commits. */
export function checkTrail(commit: CommitObject, trail: Trail, found: (problem: string) => void): void {
  const emails = (name: string) => trailersOf(commit.message, name).map((who) => /<([^<>]*)>$/.exec(who)?.[1] ?? who);
  const reviewers = emails('Reviewed-by');
  const writers = [commit.authorEmail, ...emails('Co-authored-by')];
  if (reviewers.length === 0) found('the commit names no reviewer');
  for (const email of reviewers) if (writers.includes(email)) found(`${email} approved a text of their own`);
  if (trail.text === undefined) return;
  const { lines, problem } = readTrail(trail.text);
  if (problem) {
    found(problem);
    return;
  }
  if (trail.before !== null && !trail.text.startsWith(trail.before))
    found(`line ${firstDifference(trail.before, trail.text)} differs from the previous approval`);
  const about = (verb: string) =>
    lines.filter((line) => line.verb === verb && dataOf(line).revision === trail.revision);
  const submits = about('reviews.submit');
  if (submits.length === 0) found('nobody submitted this revision');
  const [submitted] = submits;
  if (submitted && submitted.actor?.email !== commit.authorEmail)
    found(`the commit says that ${commit.authorEmail} submitted; the trail says ${submitted.actor?.email}`);

  // An approval of a text whose lines were only broken elsewhere is carried over to the next one, by who gave it.
  const carried = lines
    .filter(
      (line) =>
        line.verb === 'reviews.carry' && submits.some((submit) => dataOf(submit).review === dataOf(line).review),
    )
    .flatMap((line) => dataOf(line).approvals ?? []);
  const own = about('reviews.approve');
  const given = lines.filter(({ verb, actor }) => verb === 'reviews.approve' && carried.includes(actor?.id ?? ''));
  const approvals = [...own, ...given].map(({ actor }) => actor?.email ?? '');
  if (approvals.length === 0) found('has no approval of this revision');
  for (const email of reviewers)
    if (!approvals.includes(email)) found(`the commit says that ${email} approved; the trail does not`);
  for (const email of own.map(({ actor }) => actor?.email ?? ''))
    if (!reviewers.includes(email)) found(`the trail says that ${email} approved; the commit does not`);

  const [override] = trailersOf(commit.message, 'Checks-overridden');
  const reasons = (list: TrailLine[]) =>
    list.flatMap((line) => (dataOf(line).override ? [oneLine(String(dataOf(line).override), 1000)] : []));
  if (override === undefined ? reasons(own).length > 0 : !reasons([...own, ...given]).includes(override))
    found('gives another reason than the commit why checks were overridden');

  checkPublished(lines, trail, found);
}

/** After each publication the trail names its commit: a history that was written again has other ones. */
function checkPublished(lines: TrailLine[], { before, published }: Trail, found: (problem: string) => void): void {
  const known = before?.split('\n').length ?? 0;
  for (const line of lines.slice(Math.max(0, known - 1))) {
    const { revision, commit } = dataOf(line);
    if (line.verb !== 'store.publish' || typeof revision !== 'string' || typeof commit !== 'string') continue;
    const here = published.get(revision);
    if (here !== commit)
      found(
        `says that an approval became commit ${commit.slice(0, 12)}; in this history it ${here ? `is ${here.slice(0, 12)}` : 'has none'}`,
      );
  }
}

function firstDifference(before: string, now: string): number {
  const [a, b] = [before.split('\n'), now.split('\n')];
  return a.findIndex((line, index) => line !== b[index]) + 1;
}

type Data = { revision?: unknown; review?: unknown; approvals?: unknown[]; override?: unknown; commit?: unknown };
const dataOf = ({ data }: TrailLine) => (data ?? {}) as Data;
