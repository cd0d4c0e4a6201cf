import { inflateSync } from 'node:zlib';

/** The words of one of our PDF files, in the order they are drawn, as its fonts say how they read. */
export function pdfText(pdf: Buffer): string {
  const raw = pdf.toString('latin1');
  const objects = new Map<string, string>();
  for (const [, number = '', body = ''] of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', stream] = body.split(/\nstream\n/);
    const packed = stream && Buffer.from(stream.replace(/\nendstream$/, ''), 'latin1');
    const text =
      packed && head.includes('/FlateDecode') ? inflateSync(packed).toString('latin1') : packed?.toString('latin1');
    objects.set(number, `${head}\n${text ?? ''}`);
  }
  const fonts = new Map<string, string[]>();
  for (const [, name = '', number = ''] of raw.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(number) ?? '')?.[1];
    fonts.set(name, map ? lettersOf(objects.get(map) ?? '') : []);
  }
  let letters: string[] = [];
  let text = '';
  for (const content of objects.values()) {
    for (const [, font, shown = ''] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (font) letters = fonts.get(font) ?? [];
      else
        for (const [glyph] of shown.replace(/[^<>0-9a-f]|>[^<]*</gi, '').matchAll(/[0-9a-f]{4}/gi))
          text += letters[Number.parseInt(glyph, 16)] ?? '';
    }
  }
  return text;
}

/** What each glyph reads as: `<first> <last> [<utf-16> …]`. */
function lettersOf(map: string): string[] {
  const letters: string[] = [];
  for (const [, first = '0', list = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
    for (const [at, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/gi)].entries())
      letters[Number.parseInt(first, 16) + at] = Buffer.from(hex.replaceAll(' ', ''), 'hex')
        .swap16()
        .toString('utf16le');
  }
  return letters;
}
