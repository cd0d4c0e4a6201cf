import { defang, isPrivate } from '../../alerts/fang';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';
import { statementsOf } from '../statements';

const WEBMAIL =
  /@(?:gmail|googlemail|outlook|hotmail|live|yahoo|proton(?:mail)?|pm|icloud|gmx|web|aol|mail|yandex|qq|163|tutanota)\.[a-z.]+$/i;

/** No indicator that a reader's program would make a link of: outside code always, inside code where indicators are listed. */
export function checkDefanged(context: CheckContext): Finding[] {
  const { blocks } = context;
  const { actors } = statementsOf(context).vocabulary;
  // Who works in the case's systems is no indicator; an account of a public provider may be one.
  const isColleague = (mail: string) => actors.has(mail.toLowerCase()) && !WEBMAIL.test(mail);
  const findings: Finding[] = [];
  const mails = new Set<string>();
  for (const block of blocks) {
    for (const claim of claimsOf(block)) {
      const written = block.text.slice(claim.start, claim.end);
      if (!claim.live || isPrivate(claim.value) || written.replace(/\\(?=[!-/:-@[-`{-~])/g, '') !== claim.value)
        continue;
      if (claim.inCode && claim.live !== 'url' && !/^technical details$/i.test(block.section)) continue;
      // `dana.kim` is who it is in the logs, whatever ends in .kim.
      if (claim.live === 'domain' && actors.has(claim.value.toLowerCase())) continue;
      // Said once of an address: a client may make a link of it, but nothing opens.
      if (claim.live === 'email' && (isColleague(claim.value) || mails.has(claim.value.toLowerCase()))) continue;
      if (claim.live === 'email') mails.add(claim.value.toLowerCase());
      const place = placeOf(block, claim);
      const safe = defang(claim.live, claim.value);
      const edit = {
        does: 'defang' as const,
        startLine: place.line,
        startColumn: place.column,
        endLine: place.line,
        endColumn: place.endColumn,
        text: safe,
      };
      const severity = claim.live === 'email' ? 'warning' : 'error';
      findings.push(finding('defang', severity, place, 'not-defanged', { value: claim.value, safe }, edit));
    }
  }
  return findings;
}
