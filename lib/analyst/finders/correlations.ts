import { plural } from '../../text/phrases';
import { num, type SourceCase, text } from '../case';
import type { Finding, Level } from '../finding';
import { code, defanged } from '../report/escape';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** Correlation rules that a group of events reaches. */
export function correlations(source: SourceCase): Finding[] {
  return source.correlations.flatMap(({ rule, facts }) =>
    facts.slice(0, 5).map((fact) => {
      const keys = rule.groupBy.map((_, index) => ({
        value: text(fact.row, `k${index}`).replace(/^::ffff:(?=[\d.]+$)/i, ''),
      }));
      const [subject, ...others] = keys.filter(({ value }) => value !== '').map(({ value }) => code(defanged(value)));
      const by = [subject ?? [], others].flat().join(', ');
      const about = by === '' ? '' : ` for ${by}`;
      const did = rule.summary ?? `triggered the rule ${code(rule.title, 100)}`;
      const found = behaviour(
        rule.level as Level, // informational ones find nothing that counts
        rule.techniques,
        did,
        [fact],
        `${rule.summary && subject !== undefined ? `${subject}${others.length > 0 ? ` (${others.join(', ')})` : ''} ${did}` : `The rule ${code(rule.title, 100)} was triggered${about}`}: ${plural(num(fact.row, 'n'), 'event')}, ${factSpan(fact)} ${cite([fact.evidence])}.`,
        rule.remediation === null || by === '' ? rule.remediation : `${rule.remediation.replace(/\.$/, '')}: ${by}`,
      );
      return {
        ...found,
        principals: keys
          .map(({ value }) => value)
          .filter(Boolean)
          .slice(0, 1),
      };
    }),
  );
}
