import type { FrontMatter } from '../report/schema';
import type { EvidenceIndex } from './evidence-index';

/** Times of the case's own alerts: those of what is known without a citation, but for when the case was opened and after. */
export function alertTimes({
  known,
  frontMatter,
}: {
  known: EvidenceIndex;
  frontMatter: FrontMatter | null;
}): number[] {
  const opened = Date.parse(frontMatter?.opened ?? '9999-01-01T00:00:00Z');
  return known.times().filter((time) => time < opened);
}

/**
 * The case's own alerts where they were read, or a search of alerts found them: those that the report names, or that are attached to
 * a case of this codename. A file on disk has no other trace of them.
 */
export function ownAlerts(all: EvidenceIndex[], frontMatter: FrontMatter | null): string[] {
  if (!frontMatter) return [];
  const own = new Set(frontMatter.alerts ?? []);
  return all.flatMap(({ call }) => {
    const { alert, alerts } = (call.structured ?? {}) as { alert?: unknown; alerts?: unknown };
    const { source, sourceRef } = (alert ?? {}) as { source?: unknown; sourceRef?: unknown };
    if (call.tool === 'get_alert') return own.has(`${source}:${sourceRef}`) ? [JSON.stringify(alert)] : [];
    if (!Array.isArray(alerts)) return [];
    return alerts.flatMap((one) => {
      const text = JSON.stringify(one) ?? '';
      return text.includes(`"codename":"${frontMatter.codename}"`) ? [text] : [];
    });
  });
}
