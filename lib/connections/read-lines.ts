import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut; the rest is read and dropped. */
const MAX_LINE = 4_000;
/** Lines within one second; more are read and dropped, since each costs work. */
const MAX_LINES_PER_SECOND = 50;

/**
 * Calls `take` with each line of an external stream: bounded in memory and work for any input, with or
 * without line breaks. A cut line ends in "…", and the word that was cut is left out: it could be the half of a secret.
 */
export function readLines(stream: Readable, take: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let isCut = false;
  let second = 0;
  let linesThisSecond = 0;
  const finish = () => {
    const text = isCut ? `${line.replace(/\S+$/, '')}…` : line.replace(/\r$/, '');
    line = '';
    isCut = false;
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) [second, linesThisSecond] = [now, 0];
    linesThisSecond += 1;
    if (text !== '' && linesThisSecond <= MAX_LINES_PER_SECOND) take(text);
  };
  const add = (text: string) => {
    const room = MAX_LINE - line.length;
    isCut ||= text.length > room;
    if (room > 0) line += text.slice(0, room);
  };
  const read = (text: string) => {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      add(text.slice(from, at));
      finish();
      from = at + 1;
    }
    add(text.slice(from));
  };
  stream.on('data', (chunk: Buffer) => read(decoder.write(chunk)));
  stream.on('end', () => {
    add(decoder.end());
    finish();
  });
  stream.on('error', () => {}); // the transport reports the end of its process
}
