/**
 * Fields that a kind of log has only where there is something to say: a trail in which nothing was refused has no `errorCode`. A kind is
 * recognized by the fields that all its events have.
 */
const KINDS: { marks: string[]; fields: string[] }[] = [
  {
    marks: ['eventName', 'eventSource'], // CloudTrail
    fields: [
      'errorCode',
      'errorMessage',
      'requestParameters',
      'responseElements',
      'additionalEventData',
      'resources',
      'vpcEndpointId',
      'userIdentity.userName',
      'userIdentity.arn',
      'userIdentity.accessKeyId',
      'userIdentity.invokedBy',
      'userIdentity.sessionContext.sessionIssuer.arn',
      'userIdentity.sessionContext.sessionIssuer.userName',
      'userIdentity.sessionContext.attributes.mfaAuthenticated',
    ],
  },
  {
    marks: ['eventType', 'actor.alternateId'], // Okta
    fields: [
      'outcome.result',
      'outcome.reason',
      'target',
      'client.ipAddress',
      'client.userAgent.rawUserAgent',
      'client.geographicalContext.country',
      'client.geographicalContext.city',
      'authenticationContext.externalSessionId',
      'debugContext.debugData.behaviors',
      'securityContext.isProxy',
    ],
  },
  {
    marks: ['auditID', 'verb'], // Kubernetes
    fields: [
      'objectRef.namespace',
      'objectRef.name',
      'objectRef.subresource',
      'impersonatedUser.username',
      'responseStatus.code',
      'responseStatus.reason',
      'responseStatus.message',
      'requestObject',
      'responseObject',
    ],
  },
  {
    marks: ['protoPayload.methodName'], // Google Cloud
    fields: [
      'protoPayload.status.code',
      'protoPayload.status.message',
      'protoPayload.request',
      'protoPayload.response',
      'protoPayload.serviceData',
      'protoPayload.authenticationInfo.serviceAccountKeyName',
      'protoPayload.requestMetadata.callerSuppliedUserAgent',
    ],
  },
  {
    marks: ['userPrincipalName', 'createdDateTime'], // Entra ID sign-ins
    fields: [
      'status.errorCode',
      'status.failureReason',
      'location.countryOrRegion',
      'location.city',
      'deviceDetail.deviceId',
      'authenticationProtocol',
      'riskState',
      'riskLevelDuringSignIn',
    ],
  },
  {
    marks: ['Operation', 'Workload'], // Microsoft 365
    fields: ['ResultStatus', 'ClientIP', 'ClientIPAddress', 'ObjectId', 'Parameters', 'SourceFileName', 'AppId'],
  },
];

/** A field that a log of this source's kind may have and no event of it has, as its kind writes it; null for any other name. */
export function absentField(
  { columns, rare }: { columns: { path: string[] }[]; rare: { path: string[] }[] },
  name: string,
): string | null {
  const low = name.toLowerCase();
  const has = (field: string) => [...columns, ...rare].some(({ path }) => path.join('.') === field);
  const kinds = KINDS.filter(({ marks }) => marks.every(has));
  return kinds.flatMap(({ fields }) => fields).find((field) => field.toLowerCase() === low) ?? null;
}
