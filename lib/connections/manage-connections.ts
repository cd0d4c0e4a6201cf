import { v7 as uuid } from 'uuid';
import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { ENV_NAMES } from '../env/env';
import { AppError, fieldError, notFound } from '../errors/app-error';
import { openSecrets } from '../secrets/load-secrets';
import { maskSecrets } from '../secrets/mask-secrets';
import { seal } from '../secrets/secret-box';
import { findSystem } from './catalogue/catalogue';
import { checkCertificates } from './certificates';
import { OAUTH_SECRET, type OAuthInput, type StoredOAuth } from './oauth/schema';
import { checkUrl } from './outbound-address';
import { getConnection } from './read-connections';
import {
  ConnectionChange as Change,
  type ConnectionChange,
  type ConnectionDetail,
  type DecideTools,
  NewConnection,
  type StoredConfig,
} from './schema';
import { problemOf } from './tool-definition';

/** Reserved names: our own servers, and what the report's tools begin with. */
const RESERVED = ['logs', 'socdown', 'report'];
const MAX_CONNECTIONS = 50;

/**
 * Adds a connection; its tools are listed by `testConnection`, and refused until decided.
 * @throws AppError conflict for a name in use; bad_request for a refused address, or a secret in plain text.
 */
export async function addConnection(actor: Actor, input: NewConnection): Promise<ConnectionDetail> {
  authorize(actor, 'connections.manage');
  const id = await db().$transaction((tx) => createConnection(tx, actor, input));
  return getConnection(actor, id);
}

/** The same within a transaction, for several at once. Returns its id. */
export async function createConnection(tx: Tx, actor: Actor, input: NewConnection): Promise<string> {
  authorize(actor, 'connections.manage');
  const { name, secrets, oauth, system = null, enabled, ...given } = NewConnection.parse(input);
  if (RESERVED.includes(name)) throw nameTaken(`${name} is a server of Socdown's own. Choose another name.`);
  if (system !== null && !findSystem(system)) throw badField('system', `${system} is not in the catalogue.`);
  const target = checkTarget(given.target);
  const id = uuid();
  const { config, sealed } = withSecrets(
    id,
    target,
    secrets,
    {},
    checkOAuth(target, secrets, oauth ?? null, undefined),
  );
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('connections'))`;
  if ((await tx.connection.count()) >= MAX_CONNECTIONS)
    throw new AppError('too_many_connections', `There are ${MAX_CONNECTIONS} connections already. Remove one first.`);
  if (await tx.connection.count({ where: { name } })) throw nameTaken(`There is a connection named ${name} already.`);
  await tx.connection.create({ data: { id, name, kind: target.kind, config, secrets: sealed, system, enabled } });
  await record(tx, actor, 'connections.add', id, {
    name,
    kind: target.kind,
    ...(system ? { system } : {}),
    ...(oauth ? { oauth: true } : {}),
  });
  return id;
}

/** Changes how a server is reached, its secrets, or switches it off. Classes and pins stay: the same tools must be there. */
export async function changeConnection(actor: Actor, id: string, input: ConnectionChange): Promise<ConnectionDetail> {
  authorize(actor, 'connections.manage');
  const change = Change.parse(input);
  await db().$transaction(async (tx) => {
    const row = await lockConnection(tx, id);
    const before = row.config as StoredConfig; // written here only
    const target = change.target ? checkTarget(change.target) : before.target;
    if (target.kind !== row.kind)
      throw new AppError(
        'connection_kind_fixed',
        'target.kind: a connection keeps its kind. Remove it and add another one.',
      );
    const stored = openStored(row, before, change);
    // A secret goes only where the admin who entered it sent it: a new address needs it again.
    const moved =
      target.kind === 'http' && before.target.kind === 'http' && originOf(target.url) !== originOf(before.target.url);
    if (
      moved &&
      before.secrets.some(({ fromEnv, value }) => fromEnv === null && value === undefined) &&
      !change.secrets?.every((one) => one.value || one.fromEnv)
    )
      throw badSecrets('The address is another server’s. Enter the secrets again for it.');
    if (moved && before.oauth?.hasSecret && change.oauth !== null && !change.oauth?.clientSecret)
      throw badField('oauth.clientSecret', 'The address is another server’s. Enter the client secret again for it.');
    const given =
      change.secrets ??
      before.secrets.map(({ name, fromEnv, prefix, value }) => ({
        name,
        prefix,
        ...(fromEnv ? { fromEnv } : value === undefined ? {} : { value, plain: true }),
      }));
    const oauth = changedOAuth(before.oauth, change.oauth, stored[OAUTH_SECRET]);
    const { config, sealed } = withSecrets(id, target, given, stored, checkOAuth(target, given, ...oauth));
    if (change.oauth?.clientSecret || isAnotherSignIn(before, config)) await forgetSignIn(tx, id);
    const own = { ...changedPolling(row, change), ...changedWriteBack(row.system, change.writeBack) };
    await tx.connection.update({
      where: { id },
      data: { config, secrets: sealed, enabled: change.enabled ?? row.enabled, ...own },
    });
    await record(tx, actor, 'connections.change', id, {
      ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
      ...(change.target ? { target: true } : {}),
      ...(change.secrets ? { secrets: change.secrets.map((one) => one.name) } : {}),
      ...(change.oauth === undefined ? {} : { oauth: change.oauth !== null }),
      ...(change.pollMinutes === undefined ? {} : { pollMinutes: change.pollMinutes }),
      ...(change.pollRepositories === undefined ? {} : { pollRepositories: change.pollRepositories }),
      ...(change.writeBack === undefined ? {} : { writeBack: change.writeBack }),
    });
  });
  return getConnection(actor, id);
}

/** Removes a connection with its secrets and classes. What it was asked stays in the evidence. */
export async function removeConnection(actor: Actor, id: string): Promise<void> {
  authorize(actor, 'connections.manage');
  await db().$transaction(async (tx) => {
    const { name } = await lockConnection(tx, id);
    await tx.connection.delete({ where: { id } });
    await record(tx, actor, 'connections.remove', id, { name });
  });
}

/**
 * Sets tools' classes, and with them confirms their descriptions as they were shown (`hash`).
 * @throws AppError conflict when a tool is another one by now: nothing is changed; bad_request for a tool that can't be used.
 */
export async function decideTools(actor: Actor, id: string, { tools }: DecideTools): Promise<ConnectionDetail> {
  authorize(actor, 'connections.manage');
  await db().$transaction(async (tx) => {
    const { name: server } = await lockConnection(tx, id);
    for (const { name, class: toolClass, hash, offered } of tools) {
      const row = await tx.connectionTool.findUnique({ where: { connectionId_name: { connectionId: id, name } } });
      if (!row) throw new AppError('not_found', `There is no tool ${name}.`);
      if (row.seenHash !== hash || row.seen === null)
        throw new AppError(
          'tool_changed',
          `${name} was changed by its server meanwhile. Read it again before you decide.`,
        );
      const problem = problemOf(server, name, row.seen as never); // written by record-tools only
      if (problem && toolClass !== 'refused') throw new AppError('bad_request', `${name}: ${problem}`);
      await tx.connectionTool.update({
        where: { connectionId_name: { connectionId: id, name } },
        data: { class: toolClass, pinned: row.seen, pinnedHash: hash, ...(offered === undefined ? {} : { offered }) },
      });
    }
    await record(tx, actor, 'connections.decide_tools', id, { tools });
  });
  return getConnection(actor, id);
}

type Given = {
  name: string;
  value?: string | undefined;
  fromEnv?: string | undefined;
  prefix?: string | undefined;
  plain?: boolean | undefined;
}[];

function withSecrets(
  id: string,
  target: StoredConfig['target'],
  given: Given,
  stored: Record<string, string>,
  { oauth, secret }: { oauth?: StoredOAuth; secret?: string | undefined },
) {
  const values: Record<string, string> = {};
  for (const { name, value, fromEnv, plain } of given) {
    if (given.filter((one) => one.name.toLowerCase() === name.toLowerCase()).length > 1)
      throw badSecrets(`${name} is there twice.`);
    if (value !== undefined && fromEnv !== undefined)
      throw badSecrets(`${name} has a value and a variable. Give one of them.`);
    if (fromEnv !== undefined) {
      if (ENV_NAMES.includes(fromEnv)) throw badSecrets(`${fromEnv} is Socdown's own.`);
      continue;
    }
    const kept = value ?? stored[name];
    if (kept === undefined) throw badSecrets(`${name} has no value yet.`);
    if (/[\r\n\0]/.test(kept) && target.kind === 'http') throw badSecrets(`${name} has a line break.`);
    if (plain && maskSecrets(`${name}=${kept}`) !== `${name}=${kept}`)
      throw badSecrets(`${name} looks like a secret. Store it as one.`);
    if (!plain) values[name] = kept;
  }
  const config: StoredConfig = {
    target,
    secrets: given.map(({ name, fromEnv = null, prefix, plain, value }) => ({
      name,
      fromEnv,
      ...(fromEnv !== null && prefix ? { prefix } : {}),
      ...(fromEnv === null && plain && value !== undefined ? { value } : {}),
    })),
    ...(oauth ? { oauth } : {}),
  };
  if (secret !== undefined) values[OAUTH_SECRET] = secret;
  const sealed = Object.keys(values).length > 0 ? seal(JSON.stringify(values), id) : null;
  return { config, sealed };
}

/** Stored values; when all are given again they need not be readable (the key was lost). */
function openStored(
  row: { id: string; secrets: string | null },
  before: StoredConfig,
  { secrets: given, oauth }: ConnectionChange,
): Record<string, string> {
  const keepsClientSecret = before.oauth?.hasSecret === true && oauth !== null && oauth?.clientSecret === undefined;
  if (!keepsClientSecret && given?.every((one) => one.value !== undefined || one.fromEnv !== undefined)) return {};
  return openSecrets(row.id, row.secrets);
}

/** How it signs in after a change, and the stored client secret if it is still the same client's. */
function changedOAuth(
  before: StoredOAuth | undefined,
  change: OAuthInput | null | undefined,
  stored: string | undefined,
): [OAuthInput | null, string | undefined] {
  const { clientId, scopes } = before ?? { clientId: null, scopes: null };
  const unchanged = before ? { ...(clientId ? { clientId } : {}), ...(scopes ? { scopes } : {}) } : null;
  const input = change === undefined ? unchanged : change;
  return [input, input?.clientId === (clientId ?? undefined) ? stored : undefined];
}

/** @throws AppError bad_request for what doesn't go together. */
function checkOAuth(
  target: StoredConfig['target'],
  given: Given,
  input: OAuthInput | null,
  storedSecret: string | undefined,
): { oauth?: StoredOAuth; secret?: string | undefined } {
  if (!input) return {};
  const { clientId = null, clientSecret, scopes = null } = input;
  if (target.kind !== 'http') throw badField('oauth', 'Only a server with a URL signs in by OAuth.');
  if (given.some(({ name }) => name.toLowerCase() === 'authorization'))
    throw badSecrets('The header Authorization comes from the sign-in. Remove it.');
  if (clientSecret && !clientId) throw badField('oauth.clientId', 'Enter the client ID that the secret belongs to.');
  const secret = clientId ? (clientSecret ?? storedSecret) : undefined;
  return { oauth: { clientId, hasSecret: secret !== undefined, scopes }, secret };
}

type Polled = { system: string | null; pollMinutes: number | null; pollRepositories: string[] };

/** When switched on, the first fetch starts immediately, with the alerts of the last hour. */
function changedPolling(row: Polled, { pollMinutes: minutes = row.pollMinutes, pollRepositories }: ConnectionChange) {
  const system = findSystem(row.system);
  const repositories = pollRepositories ?? row.pollRepositories;
  if (pollRepositories?.length && !system?.alertsByRepository)
    throw badField('pollRepositories', 'This system lists all its alerts at once. Leave the repositories out.');
  if (minutes !== null && system?.alertsByRepository && repositories.length === 0)
    throw badField(
      'pollRepositories',
      'Enter the repositories whose alerts are fetched: owner/repository, one per line.',
    );
  const scope = pollRepositories ? { pollRepositories: [...new Set(pollRepositories)] } : {};
  const before = row.pollMinutes;
  if (minutes === before) return scope;
  if (minutes !== null && !system?.alertTools)
    throw badField('pollMinutes', 'Alerts of this system can’t be fetched. Let it send them to a webhook.');
  return {
    ...scope,
    pollMinutes: minutes,
    pollNextAt: null,
    pollFailures: 0,
    ...(before === null ? { pollFrom: null } : {}),
  };
}

function changedWriteBack(system: string | null, writeBack: boolean | undefined) {
  if (writeBack === undefined) return {};
  if (writeBack && !findSystem(system)?.writeBackTools)
    throw badField('writeBack', 'The server of this system has no tool that changes an alert.');
  return { writeBack };
}

/** Tokens are for one address and one client. */
function isAnotherSignIn(before: StoredConfig, after: StoredConfig): boolean {
  const url = ({ target }: StoredConfig) => (target.kind === 'http' ? target.url : null);
  return url(before) !== url(after) || before.oauth?.clientId !== after.oauth?.clientId;
}

async function forgetSignIn(tx: Tx, connectionId: string): Promise<void> {
  await tx.connectionSignIn.deleteMany({ where: { connectionId } });
  await tx.connectionSignInRequest.deleteMany({ where: { connectionId } });
}

/** The target as it is stored. @throws AppError bad_request */
function checkTarget(target: StoredConfig['target']): StoredConfig['target'] {
  if (target.kind === 'http') checkUrl(target.url, target.allowInternal, 'target.url');
  // Address and command are shown to admins and audited; a secret has its own field.
  const words = target.kind === 'http' ? target.url : [target.command, ...target.args].join(' ');
  if (maskSecrets(words) !== words)
    throw badField(
      'target',
      `There is a secret in ${target.kind === 'http' ? 'the address' : 'the command'}. Put it into secrets.`,
    );
  if (target.kind !== 'http' || target.caCertificate === undefined) return target;
  const field = 'target.caCertificate';
  if (!target.url.toLowerCase().startsWith('https:')) throw badField(field, 'Only a server with https has one.');
  return { ...target, caCertificate: checkCertificates(target.caCertificate, field) };
}

const badField = (field: string, words: string) => fieldError('bad_request', field, words, `${field}: ${words}`);
const badSecrets = (words: string) => badField('secrets', words);
const nameTaken = (words: string) => fieldError('name_taken', 'name', words);

function originOf(url: string): string {
  return new URL(url).origin;
}

async function lockConnection(tx: Tx, id: string) {
  if (isUuid(id)) await tx.$queryRaw`SELECT 1 FROM connections WHERE id = ${id}::uuid FOR UPDATE`;
  const row = isUuid(id) ? await tx.connection.findUnique({ where: { id } }) : null;
  if (!row) throw notFound('connection');
  return row;
}

async function record(tx: Tx, actor: Actor, verb: string, id: string, data: object): Promise<void> {
  await audit(tx, { actorId: actor.id, verb, subjectKind: 'connection', subjectId: id, data });
}
