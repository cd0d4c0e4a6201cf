import { readTime } from '../read-time';
import type { Format } from './format';
import { fieldsOf, lineFormat } from './lines';

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
/** [virtual host] address ident user [time] "request" status bytes ["referer" "user agent" [more]] */
const ACCESS = new RegExp(
  String.raw`^(?:(\S+:\d+|[\w.-]+) )?(\S+) (\S+) ("[^"]*"|[^\s"[]+(?: [^\s"[]+)*) \[(\d{1,2}/(?:[A-Z][a-z]{2}|\d{2})/\d{4}:[^\]]+)\] ${QUOTED} (\d{3}|-) (\d+|-)(?: ${QUOTED}(?: ${QUOTED})?)?(.*)$`,
);

/** Apache and nginx access logs: common, combined, with a virtual host before or more fields behind. */
export const webAccess: Format = lineFormat({
  id: 'web-access',
  timeField: 'time',
  keepsLine: true,
  parser: () => (line) => {
    const match = ACCESS.exec(line);
    if (!match) return null;
    const [, vhost, address, ident, user, time, request = '', status, bytes, referer, agent, rest] = match;
    const [method, uri, protocol] = /^[A-Z]{3,20} \S/.test(request) ? splitRequest(request) : [];
    const fields = fieldsOf(
      [
        'vhost',
        'remote_addr',
        'ident',
        'remote_user',
        'time',
        'request',
        'method',
        'uri',
        'protocol',
        'status',
        'bytes',
        'referer',
        'user_agent',
        'more',
      ],
      [
        vhost,
        address,
        ident,
        user?.replace(/^"(.*)"$/, '$1'),
        time,
        request,
        method,
        uri,
        protocol,
        status,
        bytes,
        referer,
        agent,
        rest?.trim(),
      ],
    );
    // Proxmox writes the month in digits.
    const numeric = time?.replace(/^(\d{1,2}\/\d{2}\/\d{4}):/, '$1 ');
    return { fields, time: readTime(numeric, 'dmy') ?? null };
  },
});

function splitRequest(request: string): (string | undefined)[] {
  const match = /^(\S+) (.*?)(?: (HTTP\/[\d.]+))?$/.exec(request);
  return [match?.[1], match?.[2], match?.[3]];
}

const APACHE_ERROR =
  /^\[([A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d+)? \d{4})\] \[(?:(\S*?):)?(\w+)\](?: \[pid (\d+)(?::tid (\d+))?\])?(?: \[client ([^\]]+?)(?::(\d+))?\])? ?(.*)$/;
const NGINX_ERROR = /^(\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}) \[(\w+)\] (\d+)#(\d+): (?:\*(\d+) )?(.*)$/;

/** Apache and nginx error logs. */
export const webError: Format = lineFormat({
  id: 'web-error',
  timeField: 'time',
  keepsLine: true,
  stamp: (fields) => fields.time,
  parser: () => (line) => {
    const apache = APACHE_ERROR.exec(line);
    if (apache) {
      const [, time, module, level, pid, tid, client, port, message] = apache;
      const fields = fieldsOf(
        ['time', 'module', 'level', 'pid', 'tid', 'client', 'client_port', 'message'],
        [time, module, level, pid, tid, client, port, message],
      );
      return { fields, time: readTime(time) ?? null };
    }
    const nginx = NGINX_ERROR.exec(line);
    if (!nginx) return null;
    const [, time, level, pid, tid, connection, message = ''] = nginx;
    const detail = (name: string): string | undefined => new RegExp(`, ${name}: "?([^",]+)`).exec(message)?.[1];
    const fields = fieldsOf(
      ['time', 'level', 'pid', 'tid', 'connection', 'client', 'server', 'request', 'upstream', 'host', 'message'],
      [
        time,
        level,
        pid,
        tid,
        connection,
        detail('client'),
        detail('server'),
        detail('request'),
        detail('upstream'),
        detail('host'),
        message,
      ],
    );
    return { fields, time: readTime(time) ?? null };
  },
});
