import { inflateSync } from 'node:zlib';

/** The words of one of our PDF files, in the order they are drawn, as its fonts say how they read. */
export function pdfText(pdf: Buffer): string {
  const { contents, fonts } = readPdf(pdf);
  return wordsOf([...contents.values()], fonts);
}

/** Each page's words, and the place of the rightmost line or area that is drawn on it, in points. */
export function pdfPages(pdf: Buffer): { text: string; right: number }[] {
  const { raw, contents, fonts } = readPdf(pdf);
  return [...raw.matchAll(/\/Type \/Page\n[\s\S]*?\/Contents (\d+) 0 R/g)].map(([, number = '']) => {
    const content = contents.get(number) ?? '';
    const lines = [...content.matchAll(/(?:^|\n)([\d.]+) [\d.]+ [lm]\n/g)].map(([, x]) => Number(x));
    const areas = [...content.matchAll(/(?:^|\n)([\d.]+) [\d.]+ ([\d.]+) [\d.]+ re\n/g)].map(
      ([, x, width]) => Number(x) + Number(width),
    );
    return { text: wordsOf([content], fonts), right: Math.max(0, ...lines, ...areas) };
  });
}

function readPdf(pdf: Buffer) {
  const raw = pdf.toString('latin1');
  const contents = new Map<string, string>();
  for (const [, number = '', body = ''] of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', stream] = body.split(/\nstream\n/);
    const packed = stream && Buffer.from(stream.replace(/\nendstream$/, ''), 'latin1');
    const text =
      packed && head.includes('/FlateDecode') ? inflateSync(packed).toString('latin1') : packed?.toString('latin1');
    contents.set(number, `${head}\n${text ?? ''}`);
  }
  const fonts = new Map<string, string[]>();
  for (const [, name = '', number = ''] of raw.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(contents.get(number) ?? '')?.[1];
    fonts.set(name, map ? lettersOf(contents.get(map) ?? '') : []);
  }
  return { raw, contents, fonts };
}

function wordsOf(contents: string[], fonts: Map<string, string[]>): string {
  let letters: string[] = [];
  let text = '';
  for (const content of contents) {
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
