import { AppError } from '../errors/app-error';
import type { CaseResult } from './schema';
import { mcnemar, pairedBootstrap } from './statistics';

export type Comparison = {
  /** Cases that both runs have. */
  pairs: number;
  onlyFirstRight: number;
  onlySecondRight: number;
  bothRight: number;
  /** McNemar's exact test of the verdicts. */
  p: number;
  /** Second minus first, with 95 % intervals. */
  recall: ReturnType<typeof pairedBootstrap> | null;
  words: ReturnType<typeof pairedBootstrap>;
  /** Cases whose verdicts differ. */
  changed: { id: string; repeat: number; truth: string; first: string | null; second: string | null }[];
};

/**
 * Two runs case by case.
 * @throws AppError unprocessable when they share no case
 */
export function compareRuns(first: CaseResult[], second: CaseResult[]): Comparison {
  const byKey = new Map(second.map((item) => [keyOf(item), item]));
  const pairs = first.flatMap((a): [CaseResult, CaseResult][] => {
    const b = byKey.get(keyOf(a));
    return b ? [[a, b]] : [];
  });
  if (pairs.length === 0) throw new AppError('unprocessable', 'These evaluations have no case in common.');
  const only = (wanted: [boolean, boolean]): number =>
    pairs.filter(([a, b]) => isRight(a) === wanted[0] && isRight(b) === wanted[1]).length;
  const [onlyFirstRight, onlySecondRight] = [only([true, false]), only([false, true])];
  const recalls = pairs.flatMap(([a, b]) => {
    const [x, y] = [a.timelineRecall, b.timelineRecall];
    return x && y && x.of > 0 ? [y.found / y.of - x.found / x.of] : [];
  });
  return {
    pairs: pairs.length,
    onlyFirstRight,
    onlySecondRight,
    bothRight: only([true, true]),
    p: mcnemar(onlyFirstRight, onlySecondRight),
    recall: recalls.length > 0 ? pairedBootstrap(recalls, 'recall') : null,
    words: pairedBootstrap(
      pairs.map(([a, b]) => b.words - a.words),
      'words',
    ),
    changed: pairs
      .filter(([a, b]) => a.verdict !== b.verdict)
      .map(([a, b]) => ({ id: a.id, repeat: a.repeat, truth: a.truth, first: a.verdict, second: b.verdict })),
  };
}

const keyOf = ({ id, repeat }: CaseResult): string => `${id}\n${repeat}`;
const isRight = ({ verdict, accept }: CaseResult): boolean => verdict !== null && accept.includes(verdict);
