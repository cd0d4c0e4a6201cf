// Generated from the route files. After adding or removing one: npx vitest run app/api/contract.test.ts -u

import * as accountLinks from './account-links/route';
import * as alerts from './alerts/route';
import * as alertsId from './alerts/[id]/route';
import * as alertsIdActivity from './alerts/[id]/activity/route';
import * as alertsIdComments from './alerts/[id]/comments/route';
import * as alertsIdRuleHistory from './alerts/[id]/rule-history/route';
import * as alertsIdTrust from './alerts/[id]/trust/route';
import * as alertsBulk from './alerts/bulk/route';
import * as alertsBulkIdUndo from './alerts/bulk/[id]/undo/route';
import * as alertsBulkMatching from './alerts/bulk/matching/route';
import * as alertsCounts from './alerts/counts/route';
import * as alertsNew from './alerts/new/route';
import * as alertsPreview from './alerts/preview/route';
import * as alertsSla from './alerts/sla/route';
import * as alertsValues from './alerts/values/route';
import * as alertsViews from './alerts/views/route';
import * as alertsViewsId from './alerts/views/[id]/route';
import * as approvals from './approvals/route';
import * as audit from './audit/route';
import * as auditCsv from './audit.csv/route';
import * as auditJson from './audit.json/route';
import * as auditJsonl from './audit.jsonl/route';
import * as authAll from './auth/[...all]/route';
import * as coachings from './coachings/route';
import * as connections from './connections/route';
import * as connectionsId from './connections/[id]/route';
import * as connectionsIdOauth from './connections/[id]/oauth/route';
import * as connectionsIdOauthStart from './connections/[id]/oauth/start/route';
import * as connectionsIdTest from './connections/[id]/test/route';
import * as connectionsIdTools from './connections/[id]/tools/route';
import * as connectionsCatalogue from './connections/catalogue/route';
import * as connectionsImport from './connections/import/route';
import * as dashboard from './dashboard/route';
import * as dashboardCsv from './dashboard.csv/route';
import * as dashboardTable from './dashboard/[table]/route';
import * as deliveries from './deliveries/route';
import * as deliveriesId from './deliveries/[id]/route';
import * as deliveriesIdReplay from './deliveries/[id]/replay/route';
import * as deliveriesReplay from './deliveries/replay/route';
import * as entitiesKindValue from './entities/[kind]/[value]/route';
import * as entitiesKindValueExportFormat from './entities/[kind]/[value]/export/[format]/route';
import * as entitiesKindValueLogs from './entities/[kind]/[value]/logs/route';
import * as entitiesKindValueTrust from './entities/[kind]/[value]/trust/route';
import * as entityLists from './entity-lists/route';
import * as entityListsExportFormat from './entity-lists/export/[format]/route';
import * as evaluations from './evaluations/route';
import * as evaluationsId from './evaluations/[id]/route';
import * as evaluationsIdCancel from './evaluations/[id]/cancel/route';
import * as evaluationsIdResultsCsv from './evaluations/[id]/results.csv/route';
import * as evaluationsIdResume from './evaluations/[id]/resume/route';
import * as evaluationsCompare from './evaluations/compare/route';
import * as health from './health/route';
import * as investigations from './investigations/route';
import * as investigationsId from './investigations/[id]/route';
import * as investigationsIdAlerts from './investigations/[id]/alerts/route';
import * as investigationsIdAssessment from './investigations/[id]/assessment/route';
import * as investigationsIdChecks from './investigations/[id]/checks/route';
import * as investigationsIdCoverage from './investigations/[id]/coverage/route';
import * as investigationsIdDraft from './investigations/[id]/draft/route';
import * as investigationsIdEvidence from './investigations/[id]/evidence/route';
import * as investigationsIdEvidenceNumber from './investigations/[id]/evidence/[number]/route';
import * as investigationsIdExportFormat from './investigations/[id]/export/[format]/route';
import * as investigationsIdFactCheck from './investigations/[id]/fact-check/route';
import * as investigationsIdGraph from './investigations/[id]/graph/route';
import * as investigationsIdHistory from './investigations/[id]/history/route';
import * as investigationsIdHistoryRevision from './investigations/[id]/history/[revision]/route';
import * as investigationsIdMerge from './investigations/[id]/merge/route';
import * as investigationsIdMergeUndo from './investigations/[id]/merge/undo/route';
import * as investigationsIdPrecedents from './investigations/[id]/precedents/route';
import * as investigationsIdProposals from './investigations/[id]/proposals/route';
import * as investigationsIdQuestions from './investigations/[id]/questions/route';
import * as investigationsIdRelated from './investigations/[id]/related/route';
import * as investigationsIdReviews from './investigations/[id]/reviews/route';
import * as investigationsIdRevisionsRevision from './investigations/[id]/revisions/[revision]/route';
import * as investigationsIdRevisionsRevisionBlame from './investigations/[id]/revisions/[revision]/blame/route';
import * as investigationsIdRunbooks from './investigations/[id]/runbooks/route';
import * as investigationsIdRuns from './investigations/[id]/runs/route';
import * as investigationsIdTasks from './investigations/[id]/tasks/route';
import * as investigationsIdTimeline from './investigations/[id]/timeline/route';
import * as investigationsIdTrust from './investigations/[id]/trust/route';
import * as investigationsIdWriteBacks from './investigations/[id]/write-backs/route';
import * as keys from './keys/route';
import * as keysId from './keys/[id]/route';
import * as keysIdRotate from './keys/[id]/rotate/route';
import * as logSources from './log-sources/route';
import * as logSourcesName from './log-sources/[name]/route';
import * as logSourcesQuery from './log-sources/query/route';
import * as mcp from './mcp/route';
import * as me from './me/route';
import * as mePasskeys from './me/passkeys/route';
import * as mePasskeysId from './me/passkeys/[id]/route';
import * as mePasskeysOptions from './me/passkeys/options/route';
import * as mePassword from './me/password/route';
import * as meSeen from './me/seen/route';
import * as meSessions from './me/sessions/route';
import * as meSessionsId from './me/sessions/[id]/route';
import * as meSso from './me/sso/route';
import * as meTwoFactor from './me/two-factor/route';
import * as meTwoFactorDisable from './me/two-factor/disable/route';
import * as meTwoFactorRecoveryCodes from './me/two-factor/recovery-codes/route';
import * as method from './method/route';
import * as methodChanges from './method/changes/route';
import * as methodChangesId from './method/changes/[id]/route';
import * as methodChangesIdDecision from './method/changes/[id]/decision/route';
import * as methodChangesIdEffect from './method/changes/[id]/effect/route';
import * as methodChangesIdEvaluation from './method/changes/[id]/evaluation/route';
import * as methodCheck from './method/check/route';
import * as methodCorrections from './method/corrections/route';
import * as methodCorrectionsDraft from './method/corrections/draft/route';
import * as methodExclusion from './method/exclusion/route';
import * as methodFile from './method/file/route';
import * as metrics from './metrics/route';
import * as notificationChannels from './notification-channels/route';
import * as notificationChannelsId from './notification-channels/[id]/route';
import * as notificationChannelsIdTest from './notification-channels/[id]/test/route';
import * as notifications from './notifications/route';
import * as notificationsRead from './notifications/read/route';
import * as oauthCallback from './oauth/callback/route';
import * as oauthClientJson from './oauth/client.json/route';
import * as openapiJson from './openapi.json/route';
import * as proposalsId from './proposals/[id]/route';
import * as questionsReply from './questions/reply/route';
import * as ready from './ready/route';
import * as reviews from './reviews/route';
import * as reviewsId from './reviews/[id]/route';
import * as reviewsIdComments from './reviews/[id]/comments/route';
import * as reviewsIdCommentsComment from './reviews/[id]/comments/[comment]/route';
import * as reviewsIdCommentsCommentApply from './reviews/[id]/comments/[comment]/apply/route';
import * as reviewsIdDecision from './reviews/[id]/decision/route';
import * as reviewsIdReviewers from './reviews/[id]/reviewers/route';
import * as reviewsIdSeen from './reviews/[id]/seen/route';
import * as reviewsPolicy from './reviews/policy/route';
import * as reviewsWaiting from './reviews/waiting/route';
import * as runsId from './runs/[id]/route';
import * as runsIdApprovals from './runs/[id]/approvals/route';
import * as runsIdApprovalsCallId from './runs/[id]/approvals/[callId]/route';
import * as runsIdCancel from './runs/[id]/cancel/route';
import * as runsIdEvents from './runs/[id]/events/route';
import * as runsIdPrompts from './runs/[id]/prompts/route';
import * as runsIdPromptsNumber from './runs/[id]/prompts/[number]/route';
import * as runsIdResume from './runs/[id]/resume/route';
import * as samples from './samples/route';
import * as search from './search/route';
import * as settingsMail from './settings/mail/route';
import * as settingsMailTest from './settings/mail/test/route';
import * as settingsModels from './settings/models/route';
import * as settingsRetention from './settings/retention/route';
import * as settingsRetentionPreview from './settings/retention/preview/route';
import * as settingsSessions from './settings/sessions/route';
import * as settingsSns from './settings/sns/route';
import * as settingsSso from './settings/sso/route';
import * as settingsTwoFactor from './settings/two-factor/route';
import * as setup from './setup/route';
import * as ssoCallback from './sso/callback/route';
import * as ssoLogout from './sso/logout/route';
import * as ssoStart from './sso/start/route';
import * as store from './store/route';
import * as storeSigning from './store/signing/route';
import * as tasks from './tasks/route';
import * as tasksId from './tasks/[id]/route';
import * as users from './users/route';
import * as usersId from './users/[id]/route';
import * as usersIdOpenWork from './users/[id]/open-work/route';
import * as usersIdPasskeys from './users/[id]/passkeys/route';
import * as usersIdResetLink from './users/[id]/reset-link/route';
import * as usersIdSsoLink from './users/[id]/sso-link/route';
import * as usersIdTwoFactor from './users/[id]/two-factor/route';
import * as webhooksSource from './webhooks/[source]/route';
import * as weeklyReports from './weekly-reports/route';
import * as weeklyReportsWeek from './weekly-reports/[week]/route';
import * as weeklyReportsSettings from './weekly-reports/settings/route';
import * as writeBacksId from './write-backs/[id]/route';

/** Every route of the API by its path: what the OpenAPI document and the client types of the browser are derived from. */
export const CONTRACT = {
  '/api/account-links': accountLinks,
  '/api/alerts': alerts,
  '/api/alerts/{id}': alertsId,
  '/api/alerts/{id}/activity': alertsIdActivity,
  '/api/alerts/{id}/comments': alertsIdComments,
  '/api/alerts/{id}/rule-history': alertsIdRuleHistory,
  '/api/alerts/{id}/trust': alertsIdTrust,
  '/api/alerts/bulk': alertsBulk,
  '/api/alerts/bulk/{id}/undo': alertsBulkIdUndo,
  '/api/alerts/bulk/matching': alertsBulkMatching,
  '/api/alerts/counts': alertsCounts,
  '/api/alerts/new': alertsNew,
  '/api/alerts/preview': alertsPreview,
  '/api/alerts/sla': alertsSla,
  '/api/alerts/values': alertsValues,
  '/api/alerts/views': alertsViews,
  '/api/alerts/views/{id}': alertsViewsId,
  '/api/approvals': approvals,
  '/api/audit': audit,
  '/api/audit.csv': auditCsv,
  '/api/audit.json': auditJson,
  '/api/audit.jsonl': auditJsonl,
  '/api/auth/{...all}': authAll,
  '/api/coachings': coachings,
  '/api/connections': connections,
  '/api/connections/{id}': connectionsId,
  '/api/connections/{id}/oauth': connectionsIdOauth,
  '/api/connections/{id}/oauth/start': connectionsIdOauthStart,
  '/api/connections/{id}/test': connectionsIdTest,
  '/api/connections/{id}/tools': connectionsIdTools,
  '/api/connections/catalogue': connectionsCatalogue,
  '/api/connections/import': connectionsImport,
  '/api/dashboard': dashboard,
  '/api/dashboard.csv': dashboardCsv,
  '/api/dashboard/{table}': dashboardTable,
  '/api/deliveries': deliveries,
  '/api/deliveries/{id}': deliveriesId,
  '/api/deliveries/{id}/replay': deliveriesIdReplay,
  '/api/deliveries/replay': deliveriesReplay,
  '/api/entities/{kind}/{value}': entitiesKindValue,
  '/api/entities/{kind}/{value}/export/{format}': entitiesKindValueExportFormat,
  '/api/entities/{kind}/{value}/logs': entitiesKindValueLogs,
  '/api/entities/{kind}/{value}/trust': entitiesKindValueTrust,
  '/api/entity-lists': entityLists,
  '/api/entity-lists/export/{format}': entityListsExportFormat,
  '/api/evaluations': evaluations,
  '/api/evaluations/{id}': evaluationsId,
  '/api/evaluations/{id}/cancel': evaluationsIdCancel,
  '/api/evaluations/{id}/results.csv': evaluationsIdResultsCsv,
  '/api/evaluations/{id}/resume': evaluationsIdResume,
  '/api/evaluations/compare': evaluationsCompare,
  '/api/health': health,
  '/api/investigations': investigations,
  '/api/investigations/{id}': investigationsId,
  '/api/investigations/{id}/alerts': investigationsIdAlerts,
  '/api/investigations/{id}/assessment': investigationsIdAssessment,
  '/api/investigations/{id}/checks': investigationsIdChecks,
  '/api/investigations/{id}/coverage': investigationsIdCoverage,
  '/api/investigations/{id}/draft': investigationsIdDraft,
  '/api/investigations/{id}/evidence': investigationsIdEvidence,
  '/api/investigations/{id}/evidence/{number}': investigationsIdEvidenceNumber,
  '/api/investigations/{id}/export/{format}': investigationsIdExportFormat,
  '/api/investigations/{id}/fact-check': investigationsIdFactCheck,
  '/api/investigations/{id}/graph': investigationsIdGraph,
  '/api/investigations/{id}/history': investigationsIdHistory,
  '/api/investigations/{id}/history/{revision}': investigationsIdHistoryRevision,
  '/api/investigations/{id}/merge': investigationsIdMerge,
  '/api/investigations/{id}/merge/undo': investigationsIdMergeUndo,
  '/api/investigations/{id}/precedents': investigationsIdPrecedents,
  '/api/investigations/{id}/proposals': investigationsIdProposals,
  '/api/investigations/{id}/questions': investigationsIdQuestions,
  '/api/investigations/{id}/related': investigationsIdRelated,
  '/api/investigations/{id}/reviews': investigationsIdReviews,
  '/api/investigations/{id}/revisions/{revision}': investigationsIdRevisionsRevision,
  '/api/investigations/{id}/revisions/{revision}/blame': investigationsIdRevisionsRevisionBlame,
  '/api/investigations/{id}/runbooks': investigationsIdRunbooks,
  '/api/investigations/{id}/runs': investigationsIdRuns,
  '/api/investigations/{id}/tasks': investigationsIdTasks,
  '/api/investigations/{id}/timeline': investigationsIdTimeline,
  '/api/investigations/{id}/trust': investigationsIdTrust,
  '/api/investigations/{id}/write-backs': investigationsIdWriteBacks,
  '/api/keys': keys,
  '/api/keys/{id}': keysId,
  '/api/keys/{id}/rotate': keysIdRotate,
  '/api/log-sources': logSources,
  '/api/log-sources/{name}': logSourcesName,
  '/api/log-sources/query': logSourcesQuery,
  '/api/mcp': mcp,
  '/api/me': me,
  '/api/me/passkeys': mePasskeys,
  '/api/me/passkeys/{id}': mePasskeysId,
  '/api/me/passkeys/options': mePasskeysOptions,
  '/api/me/password': mePassword,
  '/api/me/seen': meSeen,
  '/api/me/sessions': meSessions,
  '/api/me/sessions/{id}': meSessionsId,
  '/api/me/sso': meSso,
  '/api/me/two-factor': meTwoFactor,
  '/api/me/two-factor/disable': meTwoFactorDisable,
  '/api/me/two-factor/recovery-codes': meTwoFactorRecoveryCodes,
  '/api/method': method,
  '/api/method/changes': methodChanges,
  '/api/method/changes/{id}': methodChangesId,
  '/api/method/changes/{id}/decision': methodChangesIdDecision,
  '/api/method/changes/{id}/effect': methodChangesIdEffect,
  '/api/method/changes/{id}/evaluation': methodChangesIdEvaluation,
  '/api/method/check': methodCheck,
  '/api/method/corrections': methodCorrections,
  '/api/method/corrections/draft': methodCorrectionsDraft,
  '/api/method/exclusion': methodExclusion,
  '/api/method/file': methodFile,
  '/api/metrics': metrics,
  '/api/notification-channels': notificationChannels,
  '/api/notification-channels/{id}': notificationChannelsId,
  '/api/notification-channels/{id}/test': notificationChannelsIdTest,
  '/api/notifications': notifications,
  '/api/notifications/read': notificationsRead,
  '/api/oauth/callback': oauthCallback,
  '/api/oauth/client.json': oauthClientJson,
  '/api/openapi.json': openapiJson,
  '/api/proposals/{id}': proposalsId,
  '/api/questions/reply': questionsReply,
  '/api/ready': ready,
  '/api/reviews': reviews,
  '/api/reviews/{id}': reviewsId,
  '/api/reviews/{id}/comments': reviewsIdComments,
  '/api/reviews/{id}/comments/{comment}': reviewsIdCommentsComment,
  '/api/reviews/{id}/comments/{comment}/apply': reviewsIdCommentsCommentApply,
  '/api/reviews/{id}/decision': reviewsIdDecision,
  '/api/reviews/{id}/reviewers': reviewsIdReviewers,
  '/api/reviews/{id}/seen': reviewsIdSeen,
  '/api/reviews/policy': reviewsPolicy,
  '/api/reviews/waiting': reviewsWaiting,
  '/api/runs/{id}': runsId,
  '/api/runs/{id}/approvals': runsIdApprovals,
  '/api/runs/{id}/approvals/{callId}': runsIdApprovalsCallId,
  '/api/runs/{id}/cancel': runsIdCancel,
  '/api/runs/{id}/events': runsIdEvents,
  '/api/runs/{id}/prompts': runsIdPrompts,
  '/api/runs/{id}/prompts/{number}': runsIdPromptsNumber,
  '/api/runs/{id}/resume': runsIdResume,
  '/api/samples': samples,
  '/api/search': search,
  '/api/settings/mail': settingsMail,
  '/api/settings/mail/test': settingsMailTest,
  '/api/settings/models': settingsModels,
  '/api/settings/retention': settingsRetention,
  '/api/settings/retention/preview': settingsRetentionPreview,
  '/api/settings/sessions': settingsSessions,
  '/api/settings/sns': settingsSns,
  '/api/settings/sso': settingsSso,
  '/api/settings/two-factor': settingsTwoFactor,
  '/api/setup': setup,
  '/api/sso/callback': ssoCallback,
  '/api/sso/logout': ssoLogout,
  '/api/sso/start': ssoStart,
  '/api/store': store,
  '/api/store/signing': storeSigning,
  '/api/tasks': tasks,
  '/api/tasks/{id}': tasksId,
  '/api/users': users,
  '/api/users/{id}': usersId,
  '/api/users/{id}/open-work': usersIdOpenWork,
  '/api/users/{id}/passkeys': usersIdPasskeys,
  '/api/users/{id}/reset-link': usersIdResetLink,
  '/api/users/{id}/sso-link': usersIdSsoLink,
  '/api/users/{id}/two-factor': usersIdTwoFactor,
  '/api/webhooks/{source}': webhooksSource,
  '/api/weekly-reports': weeklyReports,
  '/api/weekly-reports/{week}': weeklyReportsWeek,
  '/api/weekly-reports/settings': weeklyReportsSettings,
  '/api/write-backs/{id}': writeBacksId,
};
export type Contract = typeof CONTRACT;
