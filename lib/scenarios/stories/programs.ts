import { DAY, HOUR, workday } from '../calendar';
import type { Story } from '../event';
import { vpcFlow } from '../records/network';
import { correlationAlert, lastOrdinary, planted, ruleAlert, type Telling } from './telling';

/** The posture scanner downloads all users, roles and policies, as every night. */
export function postureScan(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const { scanner } = organization;
  const event = lastOrdinary(telling, 'GetAccountAuthorizationDetails', scanner.name, workday(span, back) + DAY);
  return {
    id: `posture-scan-${random.hex(8)}`,
    kind: 'posture-scan',
    verdict: 'BENIGN',
    truth: `${scanner.name} reads the account's settings every night from ${scanner.ip}.`,
    keyFacts: [scanner.name, scanner.ip],
    alerts: [
      ruleAlert(
        random,
        {
          id: 'AWS.IAM.AccountDetailsDownloaded',
          title: 'All users, roles and policies of the account were downloaded',
          severity: 'MEDIUM',
          description: 'GetAccountAuthorizationDetails was called.',
          techniques: ['T1087.004'],
        },
        event,
      ),
    ],
    events: [],
  };
}

/** Secrets are read and written by their rotation, as every night. */
export function secretRotation(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const { rotation } = organization;
  const event = lastOrdinary(telling, 'GetSecretValue', rotation.name, workday(span, back) + DAY);
  return {
    id: `secret-rotation-${random.hex(8)}`,
    kind: 'secret-rotation',
    verdict: 'BENIGN',
    truth: `${rotation.name} rotates three secrets every night.`,
    keyFacts: [rotation.name, 'GetSecretValue'],
    alerts: [
      ruleAlert(
        random,
        {
          id: 'AWS.SecretsManager.ReadByRole',
          title: 'Several secrets read within minutes',
          severity: 'LOW',
          description: 'One role read several secrets within ten minutes.',
          techniques: ['T1555.006'],
        },
        event,
      ),
    ],
    events: [],
  };
}

/** An address on the internet tries many ports of a machine; every packet is refused. */
export function portScan({ organization, random, span, back }: Telling): Story {
  const instance = random.pick(organization.instances);
  const ip = `198.18.${random.int(0, 255)}.${random.int(1, 254)}`;
  const start = workday(span, back) + random.int(0, 20) * HOUR;
  const events = Array.from({ length: random.int(40, 70) }, (_, index) =>
    vpcFlow(organization, {
      at: start + index * 1500,
      eni: instance.eni,
      from: ip,
      to: instance.ip,
      fromPort: random.int(40_000, 60_000),
      toPort: random.int(1, 9999),
      bytes: 44,
      lasted: 20,
      accepted: false,
    }),
  );
  return {
    id: `port-scan-${random.hex(8)}`,
    kind: 'port-scan',
    verdict: 'BENIGN',
    truth: `${ip} tried ${events.length} ports of ${instance.ip}; every packet was refused.`,
    keyFacts: [ip, 'REJECT'],
    alerts: [
      correlationAlert(
        random,
        {
          id: 'Network.PortScan',
          title: `Port scan of ${instance.id}`,
          severity: 'LOW',
          description: 'One address tried many ports of one machine.',
          techniques: ['T1595.001'],
        },
        {
          at: start + 90_000,
          entities: [
            { kind: 'ip', value: ip },
            { kind: 'instance', value: instance.id },
          ],
          more: { destination: instance.ip, action: 'REJECT' },
        },
      ),
    ],
    events: planted('explains', ip, events),
  };
}
