/** Names of an envelope around a failure. A record with any other field that has a value is data, even with an `error`. */
const ENVELOPE =
  /^(?:success|ok|is_?error|status|status_?(?:code|text)|code|reason|title|type|tool_result_id|message|msg|detail|details|hint|error|errors|error_?(?:type|code|message|description|details)|exception|required_scopes|resolution|path|timestamp|time|(?:request|trace|correlation|error)_?id|documentation_url|help|filter_used|fql_guide|tool|attributes|data)$/i;
/** A complete sentence that reports a failure. A log line may begin the same way but continues differently. */
const PROSE =
  /^(?:\W{0,4}\s*)?(?:(?:Error|Exception)\s*:\s|Traceback \(most recent call last\)|Error (?:retrieving|getting|fetching|searching|executing|listing|calling|running|querying|performing|while|during|accessing|connecting|processing|looking|POSTing|occurred)\b|Failed to (?:get|retrieve|fetch|search|list|execute|call|run|query|connect|load|read|look|find|perform|authenticate|parse|resolve|obtain)\b|(?:Request|API (?:call|request)|Query|Search|Tool execution) failed\b|(?:An? )?(?:unexpected |internal )?error occurred\b|Tool '[^'\n]{1,80}' (?:execution )?failed\b|HTTP (?:error )?[45]\d\d\b|(?:Access denied|Permission denied|Unauthorized|Forbidden|Not authenticated|Rate limit exceeded|Too many requests|Invalid (?:API key|token|credentials)|Authentication (?:failed|required))\s*(?:[.:(!]|$))/i;
const MAX_PROSE = 4_000;
const MAX_LINES = 6;

/**
 * Whether an answer that its server calls a success is a failure: `{"success": false}`, `{"error": …}` and nothing else, results
 * that are all errors, a sentence. `value` is the answer's JSON, if it is JSON.
 */
export function isInBandFailure(value: unknown, texts: string[]): boolean {
  if (value !== undefined) return valueFails(value, 0);
  const [text = '', ...more] = texts.map((one) => one.trim()).filter(Boolean);
  if (more.length > 0 || text.length > MAX_PROSE) return false;
  const isTraceback = /^Traceback \(/.test(text);
  return PROSE.test(text) && (isTraceback || text.split('\n').length <= MAX_LINES);
}

function valueFails(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isInBandFailure(undefined, [value]);
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => isRecord(item) && recordFails(item));
  if (!isRecord(value)) return false;
  const names = Object.keys(value);
  if (names.length === 1 && depth < 2 && /^(?:result|response|data|output)$/.test(names[0] ?? ''))
    return valueFails(Object.values(value)[0], depth + 1);
  return recordFails(value) || resultsFail(value);
}

function recordFails(value: Record<string, unknown>): boolean {
  const hasData = Object.entries(value).some(([name, item]) => !ENVELOPE.test(name) && !isEmpty(item));
  if (hasData || (Array.isArray(value.data) && value.data.length > 0)) return false;
  if (value.success === false || value.ok === false || value.isError === true) return true;
  if (!isEmpty(value.error) || !isEmpty(value.exception)) return value.success !== true && value.ok !== true;
  if (Array.isArray(value.errors) && value.errors.length > 0) return isEmpty(value.data);
  return (
    typeof value.status === 'string' && /^(?:error|failed|failure)$/i.test(value.status) && !isEmpty(value.message)
  );
}

/** Kibana: a list of typed results, the query beside what came of it. */
function resultsFail({ results }: Record<string, unknown>): boolean {
  if (!Array.isArray(results)) return false;
  const outcomes = results.filter((item) => !(isRecord(item) && item.type === 'query' && isRecord(item.data)));
  return outcomes.length > 0 && outcomes.every((item) => isRecord(item) && item.type === 'error' && saysWhy(item));
}

function saysWhy(item: Record<string, unknown>): boolean {
  if (Object.keys(item).some((name) => !ENVELOPE.test(name))) return false;
  return isRecord(item.data) ? !isEmpty(item.data.message ?? item.data.error) : !isEmpty(item.message ?? item.error);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
