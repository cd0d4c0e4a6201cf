import { at, docsIn, has, text, time } from './fields';
import type { Source } from './reading';

/**
 * CloudWatch alarms: SNS notifications (AlarmName, NewStateValue) and EventBridge's state changes (alarmName, state). They carry no
 * severity. A later ALARM of the same alarm is a new alert; OK ends the one that is open.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export const cloudwatch: Source = {
  source: 'cloudwatch',
  expects: 'a CloudWatch alarm (AlarmName with NewStateValue, or alarmName with state.value)',
  recognises: (doc) => has(doc, 'AlarmName') && (has(doc, 'NewStateValue') || has(doc, 'state.value')),
  read: (doc) => ({
    ref: text(doc, 'AlarmArn', 'AlarmName'),
    title: text(doc, 'AlarmName'),
    description: [
      text(doc, 'AlarmDescription', 'configuration.description'),
      text(doc, 'NewStateReason', 'state.reason'),
    ]
      .filter((part) => part !== undefined)
      .join('\n\n'),
    rule: text(doc, 'AlarmName'),
    time: time(doc, 'StateChangeTime', 'state.timestamp', 'AlarmConfigurationUpdatedTimestamp'),
    entities: docsIn(at(doc, 'Trigger.Dimensions')).flatMap((dimension) => {
      const value = text(dimension, 'value');
      return value ? [{ kind: 'resource' as const, value }] : [];
    }),
    resolved: text(doc, 'NewStateValue', 'state.value')?.toUpperCase() === 'OK',
    series: true,
  }),
};
