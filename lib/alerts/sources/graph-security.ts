import { at, type Doc, docsIn, text, texts, time } from './fields';
import type { Reading } from './reading';
import { severityOfWord } from './severity';

/** Microsoft Graph security alerts, v2 (`serviceSource`, `evidence`). https://learn.microsoft.com/graph/api/resources/security-alert */
export function readGraphV2(doc: Doc): Reading {
  return {
    ref: text(doc, 'id', 'providerAlertId'),
    title: text(doc, 'title'),
    description: text(doc, 'description'),
    rule: text(doc, 'title'),
    severity: severityOfWord(text(doc, 'severity')),
    time: time(doc, 'lastActivityDateTime', 'firstActivityDateTime', 'createdDateTime', 'lastUpdateDateTime'),
    techniques: texts(doc, 'mitreTechniques'),
    link: text(doc, 'alertWebUrl', 'incidentWebUrl'),
  };
}

/** Microsoft Graph security alerts, v1 (`vendorInformation`, `*States`); some exports join the names with an underscore. */
export function readGraphV1(doc: Doc): Reading {
  return {
    ref: text(doc, 'id'),
    title: text(doc, 'title', 'category'),
    description: text(doc, 'description'),
    rule: text(doc, 'category', 'title'),
    severity: severityOfWord(text(doc, 'severity')),
    time: time(doc, 'eventDateTime', 'createdDateTime', 'lastModifiedDateTime'),
    techniques: [
      ...texts(doc, 'mitreTechniques'),
      ...docsIn(at(doc, 'triggers')).flatMap((item) => texts(item, 'value')),
    ],
    link: (Array.isArray(at(doc, 'sourceMaterials')) ? texts(doc, 'sourceMaterials') : []).find((item) =>
      item.startsWith('https://'),
    ),
  };
}

export const isGraphV1 = (doc: Doc): boolean =>
  text(doc, 'vendorInformation.provider', 'vendorInformation_provider') !== undefined &&
  text(doc, 'title', 'category') !== undefined;

/** Azure's Security Center and Sentinel itself; other providers of v1 are Defender products. */
export const isSentinelProvider = (doc: Doc): boolean =>
  /^(ASC|Azure Sentinel|Microsoft Sentinel|Azure Security Center)$/i.test(
    text(doc, 'vendorInformation.provider', 'vendorInformation_provider') ?? '',
  );
