import { findEntities } from '../alerts/entities';
import { linkEntities } from '../alerts/link-entities';
import { type Entity, severityRank } from '../alerts/schema';
import type { Tx } from '../db/client';
import { assessmentOf } from '../report/assessment';
import { cut, searchableText, summaryOf } from '../report/plain-text';
import { parseReport, type Report } from '../report/report';
import { wordsOnly } from '../text/words';
import { distinctEntities } from './distinct-entities';
import { partsVector } from './vectors';

/** Its version: another one with each change of what is made of a text, so that `reindex` makes it again. */
export const INDEXER = '4 ';

/**
 * Brings what lists and searches read up to the draft's text: the row's fields (the last readable ones when the front
 * matter is broken), entities, search vectors. Status and original severity are not read from the text: they are moved
 * by people, in lib/reviews and lib/alerts. A merged case is found in no search: its text is in another one. Part of the caller's transaction; also of every autosave, so a few ms.
 */
export async function indexInvestigation(tx: Tx, investigationId: string): Promise<void> {
  const row = await tx.investigation.findUnique({
    where: { id: investigationId },
    select: {
      status: true,
      codename: true,
      title: true,
      techniques: true,
      draft: { select: { markdown: true } },
      alerts: {
        select: { alert: { select: { title: true, rule: true, source: true, sourceRef: true, entities: true } } },
      },
    },
  });
  if (!row?.draft) return;
  if (row.status === 'merged') {
    await tx.investigationEntity.deleteMany({ where: { investigationId } });
    await tx.investigationSearch.deleteMany({ where: { investigationId } });
    return;
  }
  const report = parseReport(row.draft.markdown);
  const fields = fieldsOf(report);
  if (fields) await tx.investigation.update({ where: { id: investigationId }, data: fields });

  const alerts = row.alerts.map(({ alert }) => alert);
  const inAlerts = alerts.flatMap((alert) => alert.entities as Entity[]); // as ingest-alerts wrote them
  await relink(
    tx,
    investigationId,
    distinctEntities([...(report.frontMatter?.entities ?? []), ...inAlerts, ...entitiesIn(report.body)], MAX_ENTITIES),
  );

  const text = searchableText(report.body);
  const names = [
    fields?.title ?? row.title,
    row.codename,
    ...(fields?.techniques ?? row.techniques),
    ...alerts.flatMap((alert) => [alert.title, alert.rule ?? '', `${alert.source}:${alert.sourceRef}`]),
  ];
  const head = cut(names.join('\n'), 50_000);
  // Names last: a snippet shows the text first.
  const body = `${text}\n\n${head}`;
  await tx.$executeRaw`
    INSERT INTO investigation_search (investigation_id, body, words, parts, source)
    VALUES (${investigationId}::uuid, ${body},
            setweight(to_tsvector('english', ${wordsOnly(head)}), 'A') || to_tsvector('english', ${wordsOnly(text)}), ${partsVector(body)}::tsvector,
            sha256(convert_to(${INDEXER} || ${row.draft.markdown}, 'UTF8')))
    ON CONFLICT (investigation_id) DO UPDATE
      SET body = excluded.body, words = excluded.words, parts = excluded.parts, source = excluded.source`;
}

function fieldsOf(report: Report) {
  if (!report.frontMatter) return undefined;
  const { title, classification, confidence, severity, techniques } = report.frontMatter;
  return {
    title: cut(title.replace(/\s+/g, ' ').trim(), 300) || 'Investigation without a title',
    classification,
    assessment: assessmentOf(report.frontMatter),
    confidence,
    assessedSeverity: severity.assessed === null ? null : severityRank(severity.assessed),
    techniques: [...new Set(techniques.filter((id) => /^T\d{4}(\.\d{3})?$/.test(id)))].slice(0, 100),
    summary: summaryOf(report),
  };
}

const MAX_ENTITIES = 1000;

/** findEntities bounds what one document may yield, so the body is given to it in pieces. */
function entitiesIn(body: string): Entity[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of body.slice(0, 1_000_000).split('\n')) {
    if (piece.length + line.length > 4000) {
      pieces.push(piece);
      piece = '';
    }
    piece += `${line}\n`;
  }
  return [...pieces, piece].flatMap((text) => findEntities(text));
}

async function relink(tx: Tx, investigationId: string, entities: Entity[]): Promise<void> {
  const json = JSON.stringify(entities);
  await tx.$executeRaw`
    DELETE FROM investigation_entities ie USING entities e
    WHERE ie.investigation_id = ${investigationId}::uuid AND e.id = ie.entity_id AND NOT EXISTS (
      SELECT FROM jsonb_to_recordset(${json}::jsonb) AS x(kind text, value text) WHERE x.kind = e.kind AND x.value = e.value)`;
  await linkEntities(tx, { investigationId }, entities);
}
