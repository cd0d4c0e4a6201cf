import type { EvaluationItem } from '@/lib/evaluation/schema';

/** Who investigates in an evaluation: its arm, as people read it. */
export const ARM_LABEL: Record<EvaluationItem['settings']['arm'], string> = {
  socdown: 'Socdown',
  alone: 'The model alone',
};
