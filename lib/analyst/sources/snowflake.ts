import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/**
 * Snowflake's own views of who signed in and what was asked, as they are exported: LOGIN_HISTORY and QUERY_HISTORY.
 * https://docs.snowflake.com/en/sql-reference/account-usage
 */
export function mapSnowflake(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Map(fields.map((field) => [field.name.toUpperCase(), field.name]));
  const isLogins = names.has('REPORTED_CLIENT_TYPE') && names.has('IS_SUCCESS');
  const isQueries = names.has('QUERY_TEXT') && names.has('QUERY_TYPE');
  if (!names.has('USER_NAME') || !(isLogins || isQueries)) return null;
  const at = (name: string): string => `nullif(${columns.text(names.get(name) ?? name)}, '')`;
  const who = at('USER_NAME');
  const query = at('QUERY_TEXT');
  return {
    schema: 'generic',
    label: isLogins ? 'Snowflake sign-ins' : 'Snowflake queries',
    contain:
      'disable the Snowflake user {who} (ALTER USER … SET DISABLED = TRUE), abort its queries and rotate its password and keys',
    hasActor: true,
    hasAction: true,
    read: isLogins
      ? 'who: USER_NAME, from: CLIENT_IP with REPORTED_CLIENT_TYPE, outcome: IS_SUCCESS'
      : 'who: USER_NAME with ROLE_NAME, action: QUERY_TYPE, on what: the table, stage or user that QUERY_TEXT names, outcome: EXECUTION_STATUS',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      key: 'NULL',
      ip: at('CLIENT_IP'),
      action: isLogins
        ? `lower(coalesce(${at('EVENT_TYPE')}, 'LOGIN'))`
        : // The name of a statement alone is a word of every report.
          `upper(${at('QUERY_TYPE')}) || ' query'`,
      service: `'snowflake'`,
      outcome: isLogins
        ? `CASE WHEN upper(${at('IS_SUCCESS')}) IN ('NO', 'FALSE', 'N') THEN 'denied' ELSE 'ok' END`
        : `CASE WHEN regexp_matches(upper(coalesce(${at('EXECUTION_STATUS')}, 'SUCCESS')), '^(FAIL|INCIDENT)') THEN 'failed' ELSE 'ok' END`,
      error: coalesce(at('ERROR_MESSAGE'), at('ERROR_CODE')),
      agent: isLogins ? agentOf(at('REPORTED_CLIENT_TYPE')) : 'NULL',
      target: isLogins ? 'NULL' : objectOf(query),
      detail: isLogins
        ? detailOf({
            with: at('FIRST_AUTHENTICATION_FACTOR'),
            'second factor': `CASE WHEN ${at('FIRST_AUTHENTICATION_FACTOR')} = 'PASSWORD' THEN coalesce(${at('SECOND_AUTHENTICATION_FACTOR')}, 'none') END`,
          })
        : detailOf({
            role: at('ROLE_NAME'),
            'to bucket': `regexp_extract(${query}, '(?i)\\b(?:s3|gcs|azure)://([^/'' ]+)', 1)`,
            rows: `CASE WHEN upper(${at('QUERY_TYPE')}) = 'UNLOAD' AND TRY_CAST(${at('ROWS_PRODUCED')} AS BIGINT) > 0 THEN ${at('ROWS_PRODUCED')} END`,
          }),
      params: `substr(concat_ws(' ', ${isLogins ? at('ERROR_MESSAGE') : query}), 1, 1500)`,
      bytes: isLogins ? 'NULL' : `TRY_CAST(${at('BYTES_SCANNED')} AS DOUBLE)`,
    },
  };
}

/** What a statement is about: the table that it reads, else the stage, user or share that it names. */
const objectOf = (query: string): string =>
  coalesce(
    `nullif(regexp_extract(${query}, '(?i)\\bFROM\\s+(?:[(]\\s*SELECT\\b.{0,200}?\\bFROM\\s+)?([A-Za-z_"][A-Za-z0-9_."$]*)', 1), '')`,
    `nullif(regexp_extract(${query}, '(@[A-Za-z0-9_.~%/"-]+)', 1), '')`,
    `nullif(regexp_extract(${query}, '(?i)\\b(?:USER|ROLE|STAGE|SHARE|POLICY|INTEGRATION|TABLE|SCHEMA|DATABASE)\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?([A-Za-z_"][A-Za-z0-9_."$]*)', 1), '')`,
  );
