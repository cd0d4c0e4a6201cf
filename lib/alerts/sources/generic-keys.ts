/**
 * Keys by what they mean, in lower case without separators. Within a list the first that is there wins; an outer object's field is the
 * alert's, an inner one's a part's. Names come from the alert documents of some ninety products.
 */
export const KEYS = {
  /** Ids of the alert itself. Only at the top level, or in an object that is the alert (ALERT_OBJECTS). */
  ref:
    'alertid alertuuid alertuid alertarn findingid findinguid findingarn findinguniqueid detectionid detectid incidentid offenseid problemid securityproblemid playbookalertid ' +
    'notableid issueid caseid ticketid alarmid alarmnummer meldungsid meldungsnummer vorfallid vorfallsnummer vorgangsnummer ' +
    'ticketnummer idalerte idincident idalerta idincidente meldingsnummer',
  /** Ids of an event, a message or an object, which may be the alert. */
  refElse:
    'eventid eventuid eventuuid id uuid guid threatid incidentkey incidentnumber externalid uniqueid sysid messagekey sekey kennung identifiant ' +
    'identificador key dedupkey dedupekey fingerprint number nummer numero aid',
  title:
    'title titel titre titulo titolo uberschrift betreff bezeichnung kurzbeschreibung intitule sujet asunto assunto oggetto onderwerp alerttitle alertname eventtitle issuetitle incidenttitle findingtitle headline summary subject alertsubject shortdescription ' +
    'rulename ruletitle detectionname detectiontitle primarydescription typestring policyname policytitle incidentname findingname issuename ' +
    'threatname signaturename attackname checktitle controltitle controlname monitorname watchlistname usecasename modelname ' +
    'alertdisplayname eventdisplayname entitydisplayname alertprofilename alarmrulename intelname malwarename virusname offensename mainsentence problemname problemtitle triggername alertrule detection model protectionname attack ' +
    'eventdefinitiontitle configrulename rulemessage rulemessages threatid',
  /** Words that name many things; the outermost object's first. */
  titleElse:
    'serviceoutput hostoutput statemessage name displayname alerttype detectiontype detailtype control rule signature message msg reason description intro details text eventname eventtype eventaction action operation ' +
    'operationname eventtypename type category subtype classification event log reasons product watchid meldung nachricht alerte mensaje messaggio beschreibung',
  description:
    'description primarydescription alertdescription detaileddescription longdescription detectiondescription policydescription ' +
    'ruledescription details detail desc beschreibung einzelheiten descripcion descrizione beschrijving omschrijving descricao summary ' +
    'message msg meldung nachricht body text intro reason narrative',
  rule:
    'rulename rule ruletitle detectionrule policyname detectionname signaturename watchlistname monitorname modelname checkid controlid ruleid ' +
    'regel regelname regle nomregle regla regola regra detectionruleid policyid signature signatureid',
  /** Kinds of alerts, where no rule is named. */
  ruleElse: 'detectiontype alerttype typestring eventtype type category',
  severity:
    'severity alertseverity eventseverity severitylabel severityname severitylevel severitytext severitydescription maxseverity ' +
    'findingseverity detectionseverity policyseverity incidentseverity threatseverity issueseverity risklevel threatlevel alertlevel ' +
    'criticality impactlevel sev schweregrad schwere kritikalitat einstufung gravite severite criticite severidad gravedad criticidad severita ' +
    'gravita criticita ernst severidade gravidade',
  severityElse:
    'eventpriority prioritylevel servicestate hoststate messagetype stufe niveau nivel livello risiko dringlichkeit prioritat priorite prioridad priorita prioriteit prioridade urgency priority alertpriority vulnerabilityprobability level risk rating threatrating confidencelevel verdict',
  score:
    'riskscore rbpmax rbp cvssscore cvss cvssv3score basescore threatscore anomalyscore score severityscore entityriskscore totalriskscore alertscore ' +
    'maxriskscore',
  time:
    'time timestamp @timestamp eventtime eventtimestamp surfacedtimestamp scannedat eventdate eventdatetime occurredat occurredon occurred occured occuredat detectedat detectedon ' +
    'detectiontime detectiontimestamp detectedtime detectiondate detecttime alerttime alerttimestamp alertts alertdate triggeredat timeofoccurrence occurrencetime ' +
    'triggertime triggered raisedat raised happenedat activitytime starttime startedat startsat startdate startedon begintime firsteventtime ' +
    'firstseentime firstseenat firstseen firstobserved firstactivitytime lastseentime lastseenat lastseen lastobservedat lastactivitytime ' +
    'lasteventtime eventstart loggedat receivedat receivedtime reportedat reportedon ingesttime openedat opened createdat createdon createdts ' +
    'created createdtime createdtimestamp createddatetime createddate creationtime creationdate creationtimestamp createtime insertedat ' +
    'published publishedat publishedtime publishtime backendtimestamp p_eventtime peventtime updatedat updatedtime updatedon updated ' +
    'lastupdated lastupdatetime timegenerated timereceived firstfound lastfound sentat modtime modifiedat date datetime datetimestamp epoch epochtime utctime ts when timeofevent zeit ' +
    'start begin statestarttime zeitpunkt zeitstempel datum ereigniszeit alarmzeit erkannt erkanntam erstellt erstelltam horodatage datedetection heure fecha fechahora ' +
    'dataora datahora tijd tijdstip envelopetime',
  link:
    'link alertlink alerturl alertweburl weburl htmlurl consoleurl consolelink permalink portalurl portallink incidenturl findingurl issueurl ' +
    'detectionurl detailsurl deeplink dashboardurl uilink uiurl externaluri externalurl workbenchlink securityinvestigationtoollink issueurl ruleurl urlbacktoproduct resultslink verweis lien enlace collegamento koppeling',
  /** Also the address that an alert is about. */
  linkElse: 'url href',
} as const;

/** Keys below which an object is the alert itself, with its own id, title, severity and time. */
export const ALERT_OBJECTS = new Set(
  'alert finding event incident detection detectionevent offense threat issue notable signal problem threatinfo alertinfo alarm meldung vorfall ereignis alerte alerta allarme evento melding'.split(
    ' ',
  ),
);

/** Keys below which an object is the alert's content, or that of a thing in it: its id counts only where its title is the alert's. */
export const CONTENT_OBJECTS = new Set(
  'data attributes properties detail payload body fields record object'.split(' '),
);

/** Event codes and counters: the same number comes with every event of its kind and identifies nothing. */
export const CODE_KEYS = new Set(['eventid', 'number', 'nummer', 'numero', 'key', 'aid', 'threatid']);

/** What such a key holds when it is an id after all: a long hexadecimal one, or a ticket's (`SIR0010001`). */
export const LONG_ID = /^(?:[\da-f-]{12,}|[A-Z]{2,6}-?\d{4,})$/i;

/** How senders write that a condition is over. */
export const RESOLVED =
  /^(?:resolved|behoben|erledigt|recovered|recovery|ok|inactive|fixed|cleared|auto[-_ ]?resolved|mitigated|remediated)$/i;

/** How checks of a configuration write that there is nothing to do: it passed, or somebody muted it. */
export const PASSED = /^(?:pass|passed|compliant|suppressed|muted|bestanden|conforme|konform)$/i;

/** Keys that hold the result of such a check. */
export const RESULT_KEYS =
  'checkstatus checkresult compliancestatus compliancestate compliancetype complianceresult evaluationresult statuscode result outcome';

/** Keys that only a check of a configuration has. */
export const CHECK_KEY =
  /^(?:check|control|benchmark|compliance|cis)(?:id|name|title|type|status|result|code|key|number)?$/;

/** Keys that hold such a word. */
export const STATE_KEYS =
  'status state servicestate hoststate messagetype notificationtype alertstate alertstatus monitorcondition eventstatus currentstate newstate transition alerttransition';
