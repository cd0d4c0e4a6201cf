/**
 * Keys by what they mean, in lower case without separators. Within a list the first that is there wins; an outer object's field is the
 * alert's, an inner one's a part's. Names come from the alert documents of some ninety products.
 */
export const KEYS = {
  /** Ids of the alert itself. Only at the top level, or in an object that is the alert (ALERT_OBJECTS). */
  ref:
    'alertid alertuuid alertuid findingid findinguid findinguniqueid detectionid detectid incidentid incidentkey incidentnumber offenseid ' +
    'notableid threatid issueid caseid ticketid eventid eventuid eventuuid id uuid guid externalid uniqueid sysid key dedupkey dedupekey ' +
    'fingerprint number aid',
  title:
    'title alerttitle alertname eventtitle issuetitle incidenttitle findingtitle headline summary subject alertsubject shortdescription ' +
    'rulename ruletitle detectionname detectiontitle primarydescription typestring policyname policytitle incidentname findingname issuename ' +
    'threatname signaturename attackname checktitle controltitle controlname monitorname watchlistname usecasename modelname alerttype ' +
    'alertdisplayname eventdisplayname detectiontype offensename problemtitle triggername alertrule detection model protectionname attack ' +
    'eventdefinitiontitle configrulename threatid detailtype',
  /** Words that name many things; the outermost object's first. */
  titleElse:
    'name displayname rule signature message msg reason description intro details text eventname eventtype eventaction action operation ' +
    'operationname type category subtype classification event log reasons product',
  description:
    'description primarydescription alertdescription detaileddescription longdescription detectiondescription policydescription ' +
    'ruledescription details detail desc summary message msg body text intro reason narrative',
  rule:
    'rulename rule ruletitle detectionrule policyname detectionname signaturename watchlistname monitorname modelname checkid controlid ruleid ' +
    'detectionruleid policyid signature signatureid detectiontype alerttype typestring eventtype type category',
  severity:
    'severity alertseverity eventseverity severitylabel severityname severitylevel severitytext severitydescription maxseverity ' +
    'findingseverity detectionseverity policyseverity incidentseverity threatseverity issueseverity risklevel threatlevel alertlevel ' +
    'criticality impactlevel',
  severityElse: 'urgency priority alertpriority level risk rating threatrating confidencelevel verdict',
  score:
    'riskscore cvssscore cvss cvssv3score basescore threatscore anomalyscore score severityscore entityriskscore totalriskscore alertscore ' +
    'maxriskscore',
  time:
    'time timestamp @timestamp eventtime eventtimestamp eventdate eventdatetime occurredat occurredon occurred detectedat detectedon ' +
    'detectiontime detectiontimestamp detectedtime detectiondate detecttime alerttime alerttimestamp alertts alertdate triggeredat ' +
    'triggertime triggered raisedat raised happenedat activitytime starttime startedat startsat startdate startedon begintime firsteventtime ' +
    'firstseentime firstseenat firstseen firstobserved firstactivitytime lastseentime lastseenat lastseen lastobservedat lastactivitytime ' +
    'lasteventtime eventstart loggedat receivedat receivedtime reportedat reportedon ingesttime openedat opened createdat createdon createdts ' +
    'created createdtime createdtimestamp createddatetime createddate creationtime creationdate creationtimestamp createtime insertedat ' +
    'published publishedat publishedtime publishtime backendtimestamp p_eventtime peventtime updatedat updatedtime updatedon updated ' +
    'lastupdated lastupdatetime timegenerated timereceived firstfound lastfound sentat modtime modifiedat date datetime datetimestamp epoch epochtime utctime ts when',
  link:
    'link alertlink alerturl alertweburl weburl htmlurl consoleurl consolelink permalink portalurl portallink incidenturl findingurl issueurl ' +
    'detectionurl detailsurl deeplink dashboardurl uilink uiurl externaluri externalurl workbenchlink securityinvestigationtoollink issueurl url href',
} as const;

/** Keys below which an object is the alert itself, with its own id, title, severity and time. */
export const ALERT_OBJECTS = new Set(
  'alert finding event incident detection detectionevent offense threat issue notable signal problem threatinfo alertinfo data attributes detail payload body'.split(
    ' ',
  ),
);

/** Event codes and counters: the same number comes with every event of its kind and identifies nothing. */
export const CODE_KEYS = new Set(['eventid', 'number', 'key', 'aid', 'threatid']);

/** What such a key holds when it is an id after all: a long hexadecimal one, or a ticket's (`SIR0010001`). */
export const LONG_ID = /^(?:[\da-f-]{12,}|[A-Z]{2,6}-?\d{4,})$/i;

/** How senders write that a condition is over. */
export const RESOLVED =
  /^(?:resolved|recovered|recovery|ok|inactive|fixed|cleared|auto[-_ ]?resolved|mitigated|remediated)$/i;

/** Keys that hold such a word. */
export const STATE_KEYS =
  'status state alertstate alertstatus monitorcondition eventstatus currentstate newstate transition alerttransition';
