import { expect, it } from 'vitest';
import { endpointEntities } from './endpoint';

const PATHS = { host: 'device.name', user: 'device.user', process: 'process', file: 'file' };

it('takes hosts and processes by their names, users and files as they are', () => {
  const doc = {
    device: { name: 'CORP\\WS-7', user: 'CORP\\eva' },
    process: 'C:\\Windows\\System32\\cmd.exe',
    file: '/opt/tools/nc',
  };
  expect(endpointEntities(doc, PATHS)).toEqual([
    { kind: 'host', value: 'WS-7' },
    { kind: 'user', value: 'CORP\\eva' },
    { kind: 'process', value: 'cmd.exe' },
    { kind: 'file', value: '/opt/tools/nc' },
  ]);
});

it('takes nothing that is no text, and a name that ends in its separator whole', () => {
  expect(endpointEntities({ device: { name: 'CORP\\', user: 7 }, process: { name: 'a' } }, PATHS)).toEqual([
    { kind: 'host', value: 'CORP\\' },
  ]);
});
