/** SQL: whether one of a case's alerts (`investigation`: its alias) is from a source, or one of several. */
export const caseHasSource = (investigation: string, source: string): string =>
  `EXISTS (SELECT FROM investigation_alerts ia JOIN alerts a ON a.id = ia.alert_id
    WHERE ia.investigation_id = ${investigation}.id AND a.source = ${source})`;
