import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readinessIssues } from '../checks/readiness';
import { InvestigationStatus } from '../report/schema';
import { readyReport } from '../reviews/testing';
import { nextStatus, REVIEW_EVENTS, type ReviewEvent } from './status';

const events = fc.array(fc.constantFrom(...REVIEW_EVENTS.filter((event) => event !== 'merge')), { maxLength: 40 });

/** Statuses along a history; what can't happen changes nothing. */
function walk(history: ReviewEvent[]): InvestigationStatus[] {
  const path: InvestigationStatus[] = ['draft'];
  for (const event of history) path.push(nextStatus(path.at(-1) ?? 'draft', event) ?? path.at(-1) ?? 'draft');
  return path;
}

describe('the states of an investigation', () => {
  it('nothing is approved or sent back that was not submitted since', () => {
    fc.assert(
      fc.property(events, (history) => {
        const path = walk(history);
        history.forEach((event, index) => {
          const [from, to] = [path[index], path[index + 1]];
          if (to === from) return;
          if (to === 'approved') expect([event, from]).toEqual(['approve', 'in_review']);
          if (to === 'changes_requested') expect([event, from]).toEqual(['request_changes', 'in_review']);
          if (to === 'in_review') expect(event).toBe('submit');
          if (to === 'draft') expect([event, from]).toEqual(['edit', 'approved']);
        });
      }),
    );
  });

  it('an edit never approves, never ends a review, and always ends an approval', () => {
    for (const status of InvestigationStatus.options) {
      const next = nextStatus(status, 'edit');
      expect(next).toBe(status === 'merged' ? null : status === 'approved' ? 'draft' : status);
    }
  });

  it('a merged case was never approved, and stays as it is', () => {
    for (const event of REVIEW_EVENTS) expect(nextStatus('merged', event)).toBeNull();
    expect(nextStatus('approved', 'merge')).toBeNull();
  });

  it('from anywhere but a merged case there is a way to approval', () => {
    fc.assert(
      fc.property(events, (history) => {
        expect(walk([...history, 'edit', 'submit', 'approve']).at(-1)).toBe('approved');
      }),
    );
  });

  it('an approved text can’t be decided again', () => {
    for (const event of ['approve', 'request_changes', 'submit'] as const)
      expect(nextStatus('approved', event)).toBeNull();
  });
});

describe('readiness', () => {
  it('is nothing in a whole report', () => expect(readinessIssues(readyReport())).toEqual([]));

  it('names each thing and where', () => {
    const report = readyReport({ classification: null, title: ' ' })
      .replace('## Timeline\n\nWhat is to say about it: Timeline.\n', '')
      .replace('What is to say about it: Recommendations.', '<!-- to do -->\n\n- \n### \n');
    const issues = readinessIssues(report);
    expect(issues).toHaveLength(4);
    expect(issues.join(' ')).toMatch(/title.*classification.*## Timeline" is missing.*## Recommendations" is empty/);
  });

  it('is the front matter when that is broken', () => {
    expect(readinessIssues(readyReport().replace('confidence: 90', 'confidence: 900'))[0]).toMatch(/confidence/);
    expect(readinessIssues('## Timeline\n\nx')[0]).toMatch(/front matter/i);
  });
});
