import type { Coaching } from './coachings';

/** The quick prompts that fit a case with these techniques: those for every case, and those for one of them or its parent. */
export const fittingCoachings = (coachings: Coaching[], techniques: string[]): Coaching[] =>
  coachings.filter(
    ({ techniques: wanted }) =>
      wanted.length === 0 || wanted.some((id) => techniques.some((own) => own === id || own.startsWith(`${id}.`))),
  );
