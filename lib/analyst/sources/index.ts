import { mapAuditd } from './auditd';
import { mapAzure } from './azure';
import { mapCloudTrail } from './cloudtrail';
import { mapFalco } from './falco';
import { mapFlows } from './flows';
import { mapFortiGate } from './fortigate';
import { mapGeneric } from './generic';
import { mapGitHub } from './github';
import { mapGoogleCloud } from './google-cloud';
import { mapGoogleWorkspace } from './google-workspace';
import { mapKubernetes } from './kubernetes';
import { columnsOf, type Mapping, type SourceField } from './mapping';
import { mapMicrosoft365 } from './microsoft-365';
import { mapOkta } from './okta';
import { mapSnowflake } from './snowflake';

/** How a source's fields are read, decided by the fields alone (never by the source's name). */
export function mapSource(fields: SourceField[]): Mapping {
  const columns = columnsOf(fields);
  return (
    mapCloudTrail(fields, columns) ??
    mapOkta(fields, columns) ??
    mapGoogleWorkspace(fields, columns) ??
    mapKubernetes(fields, columns) ??
    mapGoogleCloud(fields, columns) ??
    mapMicrosoft365(fields, columns) ??
    mapAzure(fields, columns) ??
    mapGitHub(fields, columns) ??
    mapSnowflake(fields, columns) ??
    mapAuditd(fields, columns) ??
    mapFalco(fields, columns) ??
    mapFlows(fields, columns) ??
    mapFortiGate(fields, columns) ??
    mapGeneric(fields, columns)
  );
}
