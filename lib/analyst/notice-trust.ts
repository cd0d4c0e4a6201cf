import type { CaseFile } from '../model/model';
import { joined } from '../text/phrases';
import { code, defanged, prose } from './report/escape';

const MOST = 4;

/**
 * What the team says about entities of the case, for the record of the run; '' when it says nothing. It counts for nothing in the
 * verdict: an address that is the scanner's today may be an attacker's tomorrow.
 */
export function noticeTrust({ trust = [] }: CaseFile): string {
  if (trust.length === 0) return '';
  const told = trust
    .slice(0, MOST)
    .map(
      (line) => `${code(defanged(line.value), 80)} is ${line.trust}${line.note ? ` (${prose(line.note, 120)})` : ''}`,
    );
  const more = trust.length > MOST ? `, and ${trust.length - MOST} more notes` : '';
  return `The team’s trust notes say: ${joined(told)}${more}. They did not count in the verdict.`;
}
