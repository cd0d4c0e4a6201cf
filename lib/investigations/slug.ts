const MAX_LENGTH = 60;

/** Names that Windows keeps for devices, whatever comes after the first dot. */
const RESERVED = /^(con|prn|aux|nul|clock|conin|conout|com\d|lpt\d)$/;

/**
 * A title as part of a file name: a–z, 0–9 and single hyphens, 1 to 60 characters, never a device name of Windows,
 * never empty. Letters with marks lose them; what has no ASCII form is left out.
 */
export function alertSlug(title: string): string {
  const ascii = title
    .slice(0, 1000)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const name = wholeWords(ascii);
  if (name === '') return 'alert';
  return RESERVED.test(name) ? `alert-${name}` : name;
}

/** As many words as fit. A word alone that is too long is cut, since half a name is better than none. */
function wholeWords(hyphenated: string): string {
  const cut = hyphenated.slice(0, MAX_LENGTH);
  if (hyphenated.length <= MAX_LENGTH || hyphenated[MAX_LENGTH] === '-') return cut;
  const end = cut.lastIndexOf('-');
  return end > MAX_LENGTH / 2 ? cut.slice(0, end) : cut;
}

/** `investigations/YYYY/MM/DD/<alert-name>.<HHhMM>.<codename>.md`, from the opening time in UTC. */
export function investigationPath(openedAt: Date, title: string, codename: string): string {
  const [date = '', time = ''] = openedAt.toISOString().split('T');
  const clock = `${time.slice(0, 2)}h${time.slice(3, 5)}`;
  return `investigations/${date.replaceAll('-', '/')}/${alertSlug(title)}.${clock}.${codename}.md`;
}
