import { parse } from 'yaml';
import { errorMessage } from '../../../errors/app-error';
import type { Format, Head, Sink, Splitter } from './format';
import { isRecord } from './json-spans';
import { textLines } from './lines';

const NAMED = /^[A-Za-z][\w.-]{0,80}:(?:\s|$)/;
const MIN_SHARE = 0.6;
/** Characters of one record: the parser of YAML is no reader of bulk. */
const MAX_DOCUMENT = 1_000_000;

/** Records in YAML: documents between `---` (`gcloud logging read`), or the items of a list of Kubernetes' (`kubectl get events -o yaml`). */
export const yaml: Format = {
  id: 'yaml',
  matches: (head) => layoutOf(head) !== null,
  open: (head, sink) => openYaml(layoutOf(head) ?? 'documents', sink),
};

function layoutOf({ lines }: Head): 'documents' | 'items' | null {
  const filled = lines.filter((line) => line.trim() && !line.startsWith('#')).slice(0, 200);
  const isPair = (line: string): boolean => /^\s*(?:- )?["'\w][^:]{0,120}:(?:\s|$)|^\s*- |^---$/.test(line);
  if (filled.filter(isPair).length < filled.length * MIN_SHARE) return null;
  if (filled[0] === '---' && NAMED.test(filled[1] ?? '') && filled.lastIndexOf('---') > 0) return 'documents';
  const items = filled.indexOf('items:');
  return items >= 0 && filled[items + 1]?.startsWith('- ') && filled.slice(0, items).every((line) => NAMED.test(line))
    ? 'items'
    : null;
}

function openYaml(layout: 'documents' | 'items', sink: Sink): Splitter {
  let text = '';
  let first = 0;
  let isInside = layout === 'documents';
  const finish = (): void => {
    if (text.trim()) readDocument(text, first, sink);
    text = '';
    first = 0;
  };
  const lines = textLines(
    (line, written) => {
      const starts = layout === 'documents' ? /^(?:---|\.\.\.)\s*$/.test(written) : written.startsWith('- ');
      if (starts) finish();
      if (layout === 'items' && NAMED.test(written)) {
        finish();
        isInside = written.trimEnd() === 'items:';
        return;
      }
      if (!isInside || (starts && layout === 'documents')) return;
      if (first === 0) first = line;
      // One character more than is read says that it is too long.
      if (text.length <= MAX_DOCUMENT) text += `${starts ? `  ${written.slice(2)}` : written}\n`;
    },
    (line, message) => sink.unparsable(line, message),
  );
  return {
    push: (more) => lines.push(more),
    end: () => {
      lines.end();
      finish();
    },
  };
}

/** Values stay as they are written: YAML's own types would round large numbers. */
function readDocument(text: string, line: number, sink: Sink): void {
  if (text.length > MAX_DOCUMENT) {
    sink.unparsable(line, `longer than ${MAX_DOCUMENT / 1_000_000} MB`);
    return;
  }
  try {
    const value: unknown = parse(text, { schema: 'failsafe', maxAliasCount: 0 });
    if (isRecord(value)) sink.record({ line, text: JSON.stringify(value), value, textIsTyped: true });
    else sink.unparsable(line, 'not a YAML map');
  } catch (error) {
    sink.unparsable(line, `not YAML: ${errorMessage(error).slice(0, 120)}`);
  }
}
