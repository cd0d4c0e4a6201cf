import type { Entity } from '../schema';
import { at, type Doc, has, text, texts, time } from './fields';
import type { Reading } from './reading';

/**
 * Zeek notices. `uid` names the connection and not the notice: the content identifies it. They carry no severity.
 * https://docs.zeek.org/en/current/logs/notice.html
 */
export const isZeekNotice = (doc: Doc): boolean =>
  has(doc, 'note') && has(doc, 'ts') && (has(doc, 'msg') || has(doc, 'actions'));

/** Reads a line of a notice.log in JSON. */
export function readZeekNotice(doc: Doc): Reading {
  const addresses = ['src', 'dst', 'id.orig_h', 'id.resp_h'].flatMap((path): Entity[] => {
    const value = text(doc, path);
    return value ? [{ kind: 'ip', value }] : [];
  });
  return {
    title: text(doc, 'msg', 'note'),
    description: text(doc, 'sub'),
    rule: text(doc, 'note'),
    time: time(doc, 'ts'),
    techniques: texts(doc, 'note', 'msg'),
    entities: addresses,
    scan: { ...doc, actions: undefined, note: undefined, uid: undefined, file: { name: at(doc, 'file_desc') } },
  };
}
