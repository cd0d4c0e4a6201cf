import { alignedTable } from './aligned-table';
import { audit } from './audit';
import { awsAccessLogs, vpcFlow } from './aws-text';
import { blockLogs } from './blocks';
import { cef } from './cef';
import { csv, namedCsv } from './csv';
import { w3c, zeek } from './directives';
import { eventText } from './event-text';
import type { Format, Head } from './format';
import { journalExport } from './journal';
import { json } from './json';
import { keyValueLines } from './key-values';
import { openVpnStatus } from './openvpn-status';
import { paragraphs } from './paragraphs';
import { patternLogs } from './patterns';
import { plainText } from './plain-text';
import { propertyList } from './property-list';
import { syslog } from './syslog';
import { webAccess, webError } from './web-server';
import { windowsXml } from './windows-xml';
import { xmlRecords } from './xml-records';
import { yaml } from './yaml';

/** In this order: what a file says about itself, then exact shapes of lines, then looser ones. The last takes anything. */
const FORMATS: Format[] = [
  zeek,
  w3c,
  json,
  windowsXml,
  xmlRecords,
  yaml,
  journalExport,
  eventText,
  ...blockLogs,
  openVpnStatus,
  alignedTable,
  namedCsv,
  vpcFlow,
  ...awsAccessLogs,
  webAccess,
  webError,
  ...patternLogs,
  audit,
  cef,
  syslog,
  keyValueLines,
  propertyList,
  paragraphs,
  csv,
  plainText,
];

export function detectFormat(head: Head): Format {
  return FORMATS.find((format) => format.matches(head)) ?? plainText;
}
