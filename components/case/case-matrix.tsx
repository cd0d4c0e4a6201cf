'use client';
import dynamic from 'next/dynamic';
import type { Technique } from '@/lib/attack/techniques';
import { FullScreen } from './full-screen';

// Drawn where a case is read; the pages' own code does without.
const AttackMatrix = dynamic(() => import('@/components/charts/attack-matrix').then((file) => file.AttackMatrix), {
  ssr: false,
});

type CaseMatrixProps = {
  techniques: Technique[];
  /** The report: which evidence its lines cite for a technique. */
  markdown: string;
  onEvidence: (number: number) => void;
};

/** The picture at the head of a report's Threat Assessment; nothing while no technique is known. */
export function CaseMatrix({ techniques, markdown, onEvidence: showEvidence }: CaseMatrixProps) {
  if (techniques.every(({ tactics }) => tactics.length === 0)) return null;
  return (
    <FullScreen title="ATT&CK matrix of the case" onEvidence={showEvidence}>
      {({ action, onEvidence }) => (
        <AttackMatrix techniques={techniques} markdown={markdown} onEvidence={onEvidence} action={action} />
      )}
    </FullScreen>
  );
}
