import { readTime } from '../read-time';
import type { Format } from './format';
import { fieldsOf, lineFormat } from './lines';

/** What OpenVPN's server writes about who is connected (status versions 2 and 3): tables whose lines begin with their names. */
export const openVpnStatus: Format = lineFormat({
  id: 'openvpn-status',
  timeField: 'Connected Since, Last Ref',
  sign: ({ lines }) => lines.slice(0, 10).some((line) => /^HEADER[,\t]CLIENT_LIST[,\t]/.test(line)),
  parser: () => {
    const headers = new Map<string, string[]>();
    return (line) => {
      const [table = '', ...cells] = line.split(line.includes('\t') ? '\t' : ',');
      if (table === 'HEADER') headers.set(cells[0] ?? '', cells.slice(1));
      const names = headers.get(table);
      if (!names) return /^(?:TITLE|TIME|HEADER|GLOBAL_STATS|END)$/.test(table) ? undefined : null;
      const fields = { table, ...fieldsOf(names, cells) };
      const stamp = names.findIndex((name) => name.endsWith('(time_t)'));
      return { fields, time: readTime(cells[stamp]) ?? null };
    };
  },
});
